using Trainyard.ExperimentStore.Metrics;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>How many points of each series a run's file holds, and up to which step.</summary>
internal sealed class BoardPositions
{
    private readonly Dictionary<string, long> written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> lastSteps = new(StringComparer.Ordinal);

    /// <summary>The sequence number of the series' next point to write.</summary>
    public long Of(Series series) => written.GetValueOrDefault(series.Name);

    public long LastStepOf(Series series) => lastSteps.GetValueOrDefault(series.Name, -PointWriter.FurthestStep);

    public void Reach(string name, long step) => lastSteps[name] = Math.Max(step, lastSteps.GetValueOrDefault(name, step));

    public void Set(IReadOnlyDictionary<string, long> counts)
    {
        foreach (var (name, count) in counts)
        {
            written[name] = count;
        }
    }
}
