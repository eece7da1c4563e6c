using System.Text.Json;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>One measurement of a run beside that of its baseline.</summary>
/// <param name="Metric">Its name in the metrics of an evaluation.</param>
/// <param name="Value">The run's.</param>
/// <param name="Baseline">The baseline's.</param>
/// <param name="Change">The difference as a share of the baseline's; positive is worse. Null if the baseline's is 0.</param>
/// <param name="IsWorse">Whether it is worse by more than the tolerance.</param>
internal sealed record MetricComparison(string Metric, double Value, double Baseline, double? Change, bool IsWorse);

/// <summary>A run's evaluation compared with that of a baseline run.</summary>
/// <param name="BaselineRunId">The baseline.</param>
/// <param name="On">The text that both were evaluated on; null if they can't be compared.</param>
/// <param name="Tolerance">The share by which a measurement may be worse.</param>
/// <param name="IsRegression">
/// Whether the run predicts the text worse than the baseline, by more than the tolerance: in bits per byte, else in loss.
/// </param>
/// <param name="Message">The result in a sentence.</param>
/// <param name="Metrics">Each measurement that both have.</param>
internal sealed record Regression(
    string BaselineRunId, string? On, double Tolerance, bool IsRegression, string Message, IReadOnlyList<MetricComparison> Metrics)
{
    public const double DefaultTolerance = 0.01;

    // Bits per byte first: unlike the loss it doesn't depend on the tokenizer.
    private static readonly string[] Deciding = ["bits_per_byte", "loss"];

    private static readonly (string Name, bool HigherIsBetter)[] Compared =
    [
        ("bits_per_byte", false), ("loss", false), ("perplexity", false), ("accuracy_top1", true), ("accuracy_top5", true),
        ("distinct_1", true), ("distinct_2", true), ("distinct_3", true), ("repetition", false),
    ];

    /// <summary>Compares the metrics of two evaluations.</summary>
    public static Regression Of(string baselineRunId, JsonElement? run, JsonElement? baseline, double tolerance)
    {
        if (baseline is not { } other)
        {
            return Incomparable($"Run {baselineRunId} has not been evaluated.");
        }
        if (run is not { } own)
        {
            return Incomparable("The run has not been evaluated.");
        }
        var (on, otherOn) = (Text(own, "on"), Text(other, "on"));
        if (on != otherOn)
        {
            return Incomparable($"The run was evaluated on {on}, but {baselineRunId} on {otherOn}. Evaluate both on the same text.");
        }

        var metrics = Compared.Select(metric => Compare(metric.Name, metric.HigherIsBetter, own, other, tolerance))
            .OfType<MetricComparison>().ToList();
        if (Deciding.Select(name => metrics.Find(metric => metric.Metric == name)).OfType<MetricComparison>().FirstOrDefault()
            is not { } deciding)
        {
            return Incomparable("The evaluations have no measurement in common.");
        }
        var message = FormattableString.Invariant(
            $"{deciding.Metric} is {deciding.Value:F4}, {deciding.Baseline:F4} in {baselineRunId}: ")
            + (deciding.IsWorse ? "worse." : deciding.Value < deciding.Baseline ? "better." : "within the tolerance.");
        return new(baselineRunId, on, tolerance, deciding.IsWorse, message, metrics);

        Regression Incomparable(string reason) => new(baselineRunId, On: null, tolerance, IsRegression: false, reason, []);
    }

    private static MetricComparison? Compare(
        string name, bool higherIsBetter, JsonElement run, JsonElement baseline, double tolerance)
    {
        if (Number(run, name) is not { } value || Number(baseline, name) is not { } other)
        {
            return null;
        }
        var worse = higherIsBetter ? other - value : value - other;
        var change = other == 0 ? (double?)null : worse / Math.Abs(other);
        // Not a number, or infinite where the baseline is finite, is worse than anything.
        var isWorse = double.IsFinite(worse) ? worse > tolerance * Math.Abs(other) : !double.IsFinite(value) && double.IsFinite(other);
        return new(name, value, other, change, isWorse);
    }

    private static string Text(JsonElement metrics, string name) =>
        metrics.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() ?? "" : "validation";

    private static double? Number(JsonElement metrics, string name) => !metrics.TryGetProperty(name, out var number)
        ? null
        : number.ValueKind switch
        {
            JsonValueKind.Number => number.GetDouble(),
            JsonValueKind.String when number.ValueEquals("NaN") => double.NaN,
            JsonValueKind.String when number.ValueEquals("Infinity") => double.PositiveInfinity,
            _ => null,
        };
}
