
namespace Trainyard.ExperimentStore.Live;

/// <summary>
/// What waits for one subscriber. While few messages wait each stays as it is; beyond that, metric updates of a run are merged
/// into what already waits of it, the newest value of each series winning and keeping its own step. What is full all the same
/// says so.
/// </summary>
internal sealed class SubscriberBuffer(int maxMessages, int maxBytes)
{
    private const int KeptApart = 32;

    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> queue = [];
    private readonly Dictionary<string, MergedUpdates> merged = new(StringComparer.Ordinal);
    private long bytes;
    private bool resyncWaits;

    /// <returns>False when the subscriber is so far behind that it must go.</returns>
    public bool TryAdd(Announcement news)
    {
        lock (gate)
        {
            if (news.Message is Resync && resyncWaits)
            {
                return true;
            }
            if (news.Message is MetricUpdate update && queue.Count >= KeptApart)
            {
                return TryMerge(update);
            }
            if (queue.Count >= maxMessages || bytes + news.Json.Length > maxBytes)
            {
                return false;
            }
            if (news.Message is StatusChange change)
            {
                // What is logged from here on must not be merged into what waits ahead of the change.
                merged.Remove(change.RunId);
            }
            queue.AddLast(new Waiting(news, null));
            resyncWaits |= news.Message is Resync;
            bytes += news.Json.Length;
            return true;
        }
    }

    /// <summary>The messages to be sent next; none when nothing waits.</summary>
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
            resyncWaits &= news.Message is not Resync;
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
            queue.AddLast(new Waiting(null, updates));
        }
        bytes += updates.Add(update);
        return bytes <= maxBytes;
    }

    private readonly record struct Waiting(Announcement? News, MergedUpdates? Updates);
}
