using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;

namespace Trainyard.ExperimentStore.Training.Reproductions;

/// <summary>The first point at which two curves differ.</summary>
/// <param name="Series">The name of the series.</param>
/// <param name="Step">The step.</param>
/// <param name="Value">The run's value.</param>
/// <param name="Original">The original's value.</param>
internal sealed record CurveDifference(string Series, long Step, double? Value, double? Original);

/// <summary>Something in versions, plugin or machine that differs.</summary>
/// <param name="What">What differs, such as a version.</param>
/// <param name="Value">What the run had.</param>
/// <param name="Original">What the original had.</param>
internal sealed record SurroundingDifference(string What, string? Value, string? Original);

/// <summary>A run that repeats another one, compared with it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ReproducesRunId">The original.</param>
/// <param name="Status">The run's status; the comparison is complete once it is completed.</param>
/// <param name="CurveIsIdentical">Whether losses are equal to the last bit; null until both have comparable points.</param>
/// <param name="Points">Number of compared points.</param>
/// <param name="FirstDifference">The first point that differs.</param>
/// <param name="WeightsAreIdentical">Whether the weights are equal to the last bit; null until both have some.</param>
/// <param name="Differences">What differs in versions and machine.</param>
/// <param name="Message">The result in a sentence.</param>
internal sealed record Reproduction(
    string RunId, string ReproducesRunId, RunStatus Status, bool? CurveIsIdentical, int Points, CurveDifference? FirstDifference,
    bool? WeightsAreIdentical, IReadOnlyList<SurroundingDifference> Differences, string Message)
{
    /// <summary>Compares a run with the original.</summary>
    public static Reproduction Of(
        (string Id, RunStatus Status, IReadOnlyList<Curve> Curves, StoredManifest? Manifest) run,
        (string Id, IReadOnlyList<Curve> Curves, StoredManifest? Manifest) original)
    {
        var (same, points, first) = Compare(run.Curves, original.Curves, run.Status is RunStatus.Completed);
        var weights = run.Manifest?.WeightsHash is { } hash && original.Manifest?.WeightsHash is { } other ? hash == other : (bool?)null;
        var (here, there) = (run.Manifest?.Surroundings(), original.Manifest?.Surroundings());
        List<SurroundingDifference> differences = here is null || there is null
            ? []
            : [.. here.Keys.Union(there.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(what => new SurroundingDifference(what, here.GetValueOrDefault(what), there.GetValueOrDefault(what)))
                .Where(difference => difference.Value != difference.Original)];
        var message = (run.Status, same, weights) switch
        {
            (RunStatus.Completed, true, true) => "Curve and weights are identical to the last bit.",
            (RunStatus.Completed, _, false) when differences.Count > 0 =>
                "The weights differ. Versions or machine differ too, which changes the order of floating-point sums.",
            (RunStatus.Completed, _, false) => "The weights differ, although versions and machine are the same.",
            (RunStatus.Completed, false, _) => "The curves differ.",
            (RunStatus.Completed, _, true) => "The weights are identical. Older values of a curve are summarised and can't be compared.",
            (RunStatus.Completed, _, null) => "The weights of one of the runs are gone.",
            (RunStatus.Failed or RunStatus.Cancelled, _, _) => "The run has ended without a model.",
            _ => "The run has not ended.",
        };
        return new(run.Id, original.Id, run.Status, same, points, first, weights, differences, message);
    }

    private static (bool? Same, int Points, CurveDifference? First) Compare(
        IReadOnlyList<Curve> run, IReadOnlyList<Curve> original, bool complete)
    {
        var points = 0;
        CurveDifference? first = null;
        foreach (var curve in original)
        {
            var own = run.FirstOrDefault(other => other.Name == curve.Name);
            if (curve.Points is null || own is { Points: null })
            {
                return (null, points, first);
            }
            var values = (own?.Points ?? []).ToDictionary(point => point.Step, point => point.Value);
            foreach (var point in curve.Points.Where(point => complete || values.ContainsKey(point.Step)))
            {
                points++;
                var value = values.TryGetValue(point.Step, out var known) ? known : (double?)null;
                if ((first is null || point.Step < first.Step) && !point.Value.Equals(value))
                {
                    first = new(curve.Name, point.Step, value, point.Value);
                }
            }
        }
        return (points == 0 ? null : first is null, points, first);
    }
}
