
namespace Trainyard.ExperimentStore.Live;

/// <summary>
/// The queue of one subscriber. Short queues keep each message. In longer ones, metric updates of a run are merged: the newest value
/// of each series wins and keeps its step.
/// </summary>
internal sealed class SubscriberBuffer(int maxMessages, int maxBytes)
{
    private const int MaxUnmerged = 32;

    private readonly Lock gate = new();
    private readonly LinkedList<QueueEntry> queue = [];
    private readonly Dictionary<string, MergedUpdates> merged = new(StringComparer.Ordinal);
    private long bytes;
    private bool resyncQueued;

    /// <returns>False if merging still exceeds the limit and the subscriber must be disconnected.</returns>
    public bool TryAdd(Announcement news)
    {
        lock (gate)
        {
            if (news.Message is Resync && resyncQueued)
            {
                return true;
            }
            if (news.Message is MetricUpdate update && queue.Count >= MaxUnmerged)
            {
                return TryMerge(update);
            }
            if (queue.Count >= maxMessages || bytes + news.Json.Length > maxBytes)
            {
                return false;
            }
            if (news.Message is StatusChange change)
            {
                // Later values must not be merged into updates queued before the status change.
                merged.Remove(change.RunId);
            }
            queue.AddLast(new QueueEntry(news, null));
            resyncQueued |= news.Message is Resync;
            bytes += news.Json.Length;
            return true;
        }
    }

    /// <summary>Takes the next messages to send; empty if the queue is empty.</summary>
    public IReadOnlyList<Announcement> Take()
    {
        lock (gate)
        {
            if (queue.First is not { Value: var next })
            {
                return [];
            }
            queue.RemoveFirst();
            if (next.Updates is { } updates)
            {
                if (merged.TryGetValue(updates.RunId, out var open) && open == updates)
                {
                    merged.Remove(updates.RunId);
                }
                bytes -= updates.Bytes;
                return [.. updates.ToMessages().Select(update => new Announcement(update))];
            }
            if (next.News is not { } news)
            {
                return [];
            }
            bytes -= news.Json.Length;
            resyncQueued &= news.Message is not Resync;
            return [news];
        }
    }

    private bool TryMerge(MetricUpdate update)
    {
        if (!merged.TryGetValue(update.RunId, out var updates))
        {
            if (queue.Count >= maxMessages)
            {
                return false;
            }
            merged[update.RunId] = updates = new MergedUpdates(update.RunId);
            queue.AddLast(new QueueEntry(null, updates));
        }
        bytes += updates.Add(update);
        return bytes <= maxBytes;
    }

    private readonly record struct QueueEntry(Announcement? News, MergedUpdates? Updates);
}
