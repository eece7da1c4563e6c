using System.Text.Json;
using Trainyard.ExperimentStore.Experiments.Compare;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Experiments.Importance;

/// <summary>One hyperparameter over all runs, encoded as numbers.</summary>
internal sealed record Column(string Name, Feature Feature, string Scale, double[] Values, int Distinct)
{
    private const int MaxColumns = 100;
    private const int MaxOptions = 200;
    private const double MinLogSpan = 100;

    // Members of a training config that label a run and don't affect its result.
    private static readonly HashSet<string> Labels = ["name", "notes", "tags", "experiment_id", "user_id"];

    public static (List<Column> Columns, List<LeftOut> LeftOut) Of(List<ComparedRun> runs)
    {
        var (columns, leftOut) = (new List<Column>(), new List<LeftOut>());
        var names = runs.SelectMany(run => run.Hyperparameters.Keys)
            .Concat(runs.Exists(run => run.SpectralNorm is not null) ? ["spectral_norm"] : []);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            JsonElement[] values = [.. runs.Select(run => run[name])];
            var distinct = values.Select(GroupKey.Text).Distinct(StringComparer.Ordinal).ToList();
            var reason = (values.Count(value => value.ValueKind is JsonValueKind.Undefined), distinct.Count) switch
            {
                _ when Labels.Contains(name) => "says what the run is called or where it belongs",
                ( > 0 and var without, _) => $"{without} of {runs.Count} runs don't have it",
                (_, 1) => "all runs have the same",
                (_, > MaxOptions) when !IsNumber(values) => $"has more than {MaxOptions} non-numeric values",
                _ when columns.Count == MaxColumns => $"only {MaxColumns} hyperparameters are analyzed",
                _ => null,
            };
            if (reason is null)
            {
                columns.Add(IsNumber(values)
                    ? OfNumbers(name, [.. values.Select(value => value.GetDouble())], distinct.Count)
                    : OfOptions(name, values, distinct));
            }
            else
            {
                leftOut.Add(new(name, reason));
            }
        }
        return (columns, leftOut);
    }

    private static Column OfNumbers(string name, double[] values, int distinct)
    {
        double[] scaled = values;
        if (values.Min() > 0 && values.Max() / values.Min() >= MinLogSpan)
        {
            double[] logs = [.. values.Select(value => Math.Log(value))];
            scaled = Math.Abs(Skewness(logs)) < Math.Abs(Skewness(values)) ? logs : values;
        }
        return new(name, Feature.Number(scaled.Min(), scaled.Max()), scaled == values ? "linear" : "log", scaled, distinct);
    }

    private static Column OfOptions(string name, JsonElement[] values, List<string> options) =>
        new(name, Feature.Choice(options.Count), "choice", [.. values.Select(value => (double)options.IndexOf(GroupKey.Text(value)))],
            options.Count);

    private static double Skewness(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return values.Average(value => Math.Pow((value - mean) / deviation, 3));
    }

    private static bool IsNumber(JsonElement[] values) =>
        Array.TrueForAll(
            values, value => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && Math.Abs(number) < 1e150);
}
