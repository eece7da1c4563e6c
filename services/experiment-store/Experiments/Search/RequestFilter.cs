using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Experiments.Search;

/// <summary>Reads the filters, orders and metrics of a request. What can't be stored is replaced, as in stored names and texts.</summary>
internal static class RequestFilter
{
    private static readonly FilterLimits Limits = new()
    {
        MetricName = PointWriter.MaxNameCharacters,
        ParamName = RunParam.MaxNameCharacters,
        TagName = TagLimits.MaxName,
    };

    /// <exception cref="TrainyardException">CONFIG_INVALID with the position, what was expected, and the text there.</exception>
    public static Filter Parse(string source, string parameter = "filter") =>
        Read(source, parameter, text => FilterParser.Parse(text, Limits));

    /// <summary>A field, optionally followed by <c>asc</c> or <c>desc</c>.</summary>
    public static (Field Field, bool? Descending) ParseOrder(string source, string parameter = "order_by") =>
        Read(source, parameter, text => FilterParser.ParseOrder(text, Limits));

    /// <summary>A metric by its bare name, or a statistic of it: <c>min(name)</c>.</summary>
    public static MetricField ParseMetric(string source, string parameter)
    {
        var open = source.IndexOf('(', StringComparison.Ordinal);
        var name = open > 0 && source[^1] == ')' && MetricField.Statistics.ContainsKey(source[..open]) ? source[(open + 1)..^1] : source;
        return name.Length is > 0 and <= PointWriter.MaxNameCharacters
            ? new(
                StorableText.Clean(name, PointWriter.MaxNameCharacters),
                ReferenceEquals(name, source) ? Statistic.Last : MetricField.Statistics[source[..open]])
            : throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new(parameter, $"must be names of 1 to {PointWriter.MaxNameCharacters} characters")]);
    }

    private static T Read<T>(string source, string parameter, Func<string, T> parse)
    {
        try
        {
            return parse(StorableText.Clean(source, source.Length));
        }
        catch (FilterSyntaxException invalid)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new(parameter, invalid.Message)], invalid);
        }
    }
}
