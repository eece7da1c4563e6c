using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>Parses the filters and orders of MLflow's requests.</summary>
internal static class MlflowFilter
{
    private static readonly FilterLimits Limits = new()
    {
        MetricName = PointWriter.MaxNameCharacters,
        ParamName = RunParam.MaxNameCharacters,
        TagName = MlflowLimits.MaxKeyCharacters,
    };

    public static Filter? Parse(string? source, FilterAttributes attributes) =>
        string.IsNullOrWhiteSpace(source) ? null : Read(source, text => FilterParser.Parse(text, Limits, attributes));

    public static (Field Field, bool Descending) ParseOrder(string source, FilterAttributes attributes)
    {
        var (field, descending) = Read(source, text => FilterParser.ParseOrder(text, Limits, attributes));
        return (field, descending is true);
    }

    private static T Read<T>(string source, Func<string, T> parse)
    {
        try
        {
            return parse(source);
        }
        catch (FilterSyntaxException invalid)
        {
            throw MlflowException.Invalid($"Invalid clause(s) in filter string or order: {invalid.Message}");
        }
    }
}
