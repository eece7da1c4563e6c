
namespace Trainyard.ExperimentStore.Live;

/// <summary>The newest value of each series of a run, with its step.</summary>
internal sealed class MergedUpdates(string runId)
{
    // A step, a value and what JSON and the dictionary put around them.
    private const int BytesPerValue = 64;

    private readonly Dictionary<string, (long Step, double Value)> newest = new(StringComparer.Ordinal);

    public string RunId => runId;

    public int Bytes { get; private set; }

    /// <returns>How many bytes it has grown by.</returns>
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

    /// <summary>One update for each step there is: merged or not, a value is told with the step it was logged at.</summary>
    public IEnumerable<MetricUpdate> ToMessages() => newest
        .GroupBy(series => series.Value.Step, series => (Name: series.Key, series.Value.Value))
        .OrderBy(group => group.Key)
        .Select(group => new MetricUpdate(runId, group.Key, group.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)));
}
