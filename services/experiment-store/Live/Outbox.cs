using System.Diagnostics.CodeAnalysis;

namespace Trainyard.ExperimentStore.Live;

/// <summary>
/// What waits for one subscriber. While few messages wait, each stays as it is; beyond that, metric updates of a run are merged
/// into the one that waits already, the newest value of each series winning. What is full all the same says so.
/// </summary>
internal sealed class Outbox(int mostPending)
{
    private const int KeptApart = 32;

    private readonly Lock gate = new();
    private readonly Queue<LiveMessage> pending = new();
    // Updates in the queue that may still grow: a queued one is replaced by what is found here when its turn comes.
    private readonly Dictionary<MetricUpdate, MetricUpdate> grown = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, MetricUpdate> last = new(StringComparer.Ordinal);

    /// <returns>False when the subscriber is so far behind that it must go.</returns>
    public bool TryAdd(LiveMessage message)
    {
        lock (gate)
        {
            if (message is MetricUpdate update && pending.Count >= KeptApart)
            {
                if (last.TryGetValue(update.RunId, out var waiting))
                {
                    grown[waiting] = Merge(grown.GetValueOrDefault(waiting, waiting), update);
                    return true;
                }
                last[update.RunId] = update;
            }
            if (pending.Count >= mostPending)
            {
                return false;
            }
            pending.Enqueue(message);
            return true;
        }
    }

    public bool TryTake([NotNullWhen(true)] out LiveMessage? message)
    {
        lock (gate)
        {
            if (!pending.TryDequeue(out message))
            {
                return false;
            }
            if (message is MetricUpdate update)
            {
                if (last.TryGetValue(update.RunId, out var waiting) && ReferenceEquals(waiting, update))
                {
                    last.Remove(update.RunId);
                }
                if (grown.Remove(update, out var merged))
                {
                    message = merged;
                }
            }
            return true;
        }
    }

    private static MetricUpdate Merge(MetricUpdate older, MetricUpdate newer)
    {
        var metrics = new Dictionary<string, double>(older.Metrics, StringComparer.Ordinal);
        foreach (var (name, value) in newer.Metrics)
        {
            metrics[name] = value;
        }
        return newer with { Metrics = metrics };
    }
}
