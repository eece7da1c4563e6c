using Trainyard.Contracts.TrainEvents;

namespace Trainyard.ExperimentStore.Live.Streams;

/// <summary>An event as every stream sends it.</summary>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type; null for a gap.</param>
/// <param name="RunId">Its run; null for a gap.</param>
/// <param name="Json">Its JSON; empty for a gap.</param>
internal sealed record StreamedEvent(long Number, Guid Id, string? Type, string? RunId, byte[] Json)
{
    /// <summary>Whether events may be missing here.</summary>
    public bool IsGap => Type is null;
}

/// <summary>A place in the order of events.</summary>
/// <param name="Next">The number of the next event to send.</param>
/// <param name="LastId">The id of the event before it.</param>
/// <param name="IsMissing">Whether events between may be missing.</param>
internal sealed record StreamPlace(long Next, Guid? LastId, bool IsMissing);

/// <summary>Events that were read.</summary>
/// <param name="Events">The events; empty at the end.</param>
/// <param name="IsMissing">Whether older ones were gone already.</param>
/// <param name="Changed">Completes when there are more.</param>
internal sealed record ReplayedEvents(IReadOnlyList<StreamedEvent> Events, bool IsMissing, Task Changed);

/// <summary>
/// The newest training events, from which streams read at their own pace and continue after an interruption. Bounded: a stream that falls
/// behind its oldest event is told so.
/// </summary>
internal sealed class EventReplay(int maxEvents, long maxBytes)
{
    private readonly Lock gate = new();
    private readonly StreamedEvent?[] ring = new StreamedEvent?[maxEvents];
    private readonly Dictionary<Guid, long> numbers = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long oldest = 1;
    private long next = 1;
    private long bytes;
    private Guid? lastId;

    /// <summary>Adds an event. One that is there already, because its producer had to repeat it, is not added.</summary>
    public void Add(TrainEvent happened)
    {
        var json = TrainEventJson.Write(happened);
        lock (gate)
        {
            if (numbers.TryAdd(happened.EventId, next))
            {
                lastId = happened.EventId;
                Append(new(next, happened.EventId, happened.Type, happened.RunId, json));
            }
        }
    }

    /// <summary>Notes that events may be missing from here on.</summary>
    public void AddGap()
    {
        lock (gate)
        {
            Append(new(next, Guid.Empty, Type: null, RunId: null, []));
        }
    }

    /// <summary>Where a stream begins that wants only what comes now.</summary>
    public StreamPlace End()
    {
        lock (gate)
        {
            return new(next, lastId, IsMissing: false);
        }
    }

    /// <summary>
    /// Where a stream continues that has seen an event. Without that event, at the oldest there is, with a gap before it.
    /// </summary>
    public StreamPlace After(Guid seen)
    {
        lock (gate)
        {
            return numbers.TryGetValue(seen, out var number)
                ? new(number + 1, seen, IsMissing: false)
                : new(oldest, seen, IsMissing: true);
        }
    }

    /// <summary>Reads on from a place.</summary>
    /// <param name="from">The number of the next event.</param>
    /// <param name="limit">The most events to read.</param>
    public ReplayedEvents Read(long from, int limit)
    {
        lock (gate)
        {
            var found = new List<StreamedEvent>();
            for (var number = Math.Max(from, oldest); number < next && found.Count < limit; number++)
            {
                if (ring[number % maxEvents] is { } happened)
                {
                    found.Add(happened);
                }
            }
            return new(found, IsMissing: from < oldest, changed.Task);
        }
    }

    private void Append(StreamedEvent happened)
    {
        if (next - oldest == maxEvents)
        {
            RemoveOldest();
        }
        ring[next++ % maxEvents] = happened;
        bytes += happened.Json.Length;
        while (bytes > maxBytes && next - oldest > 1)
        {
            RemoveOldest();
        }
        changed.TrySetResult();
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void RemoveOldest()
    {
        var place = oldest++ % maxEvents;
        if (ring[place] is { } removed)
        {
            numbers.Remove(removed.Id);
            bytes -= removed.Json.Length;
        }
        ring[place] = null;
    }
}
