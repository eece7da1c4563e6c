
namespace Trainyard.ExperimentStore.Live;

/// <summary>The newest value of each series of a run, with its step.</summary>
internal sealed class MergedUpdates(string runId)
{
    // A step, a value, and the overhead of JSON and the dictionary.
    private const int BytesPerValue = 64;

    private readonly Dictionary<string, (long Step, double Value)> newest = new(StringComparer.Ordinal);

    public string RunId => runId;

    public int Bytes { get; private set; }

    /// <returns>Bytes added.</returns>
    public int Add(MetricUpdate update)
    {
        var before = Bytes;
        foreach (var (name, value) in update.Metrics)
        {
            Bytes += newest.ContainsKey(name) ? 0 : BytesPerValue + name.Length;
            newest[name] = (update.Step, value);
        }
        return Bytes - before;
    }

    /// <summary>One update for each step, so that merged values keep the step at which they were logged.</summary>
    public IEnumerable<MetricUpdate> ToMessages() => newest
        .GroupBy(series => series.Value.Step, series => (Name: series.Key, series.Value.Value))
        .OrderBy(group => group.Key)
        .Select(group => new MetricUpdate(
            runId, group.Key, group.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal)));
}
