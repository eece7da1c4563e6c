using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

/// <summary>The topics of one listener.</summary>
internal sealed class Subscriptions(LiveHub hub, ILiveListener listener)
{
    private const int MaxTopics = 4096;

    private readonly HashSet<string> topics = new(StringComparer.Ordinal);
    private bool closed;

    /// <summary>Carries out a client's request and returns the answer.</summary>
    public LiveMessage Answer(ClientMessage message)
    {
        if (message.TooLong)
        {
            return new LiveError($"A message has at most {ClientMessages.MaxBytes} bytes.");
        }
        try
        {
            return Answer(JsonSerializer.Deserialize<ClientRequest>(message.Json.Span, WireJson.Options));
        }
        catch (JsonException)
        {
            return new LiveError("""A message is JSON such as {"type":"subscribe","run_id":"…"}.""");
        }
    }

    public void RemoveAll()
    {
        lock (topics)
        {
            closed = true;
            foreach (var topic in topics)
            {
                hub.Remove(topic, listener);
            }
            topics.Clear();
        }
    }

    private LiveMessage Answer(ClientRequest? request) => request switch
    {
        { Type: "ping" } => new Pong(),
        { Type: "subscribe" or "unsubscribe", RunId: not { } } => new LiveError("run_id must be a run's id, or * for all."),
        { RunId: { } id } when id != LiveHub.Everything && !Identifier.IsValid(id) =>
            new LiveError("run_id must be a run's id, or * for all."),
        { Type: "subscribe", RunId: { } id } => Add(id),
        { Type: "unsubscribe", RunId: { } id } => Remove(id),
        _ => new LiveError("type must be subscribe, unsubscribe or ping."),
    };

    private LiveMessage Add(string id)
    {
        lock (topics)
        {
            if (topics.Count >= MaxTopics && !topics.Contains(id))
            {
                return new LiveError($"A connection has at most {MaxTopics} subscriptions; subscribe to * instead.");
            }
            if (!closed && topics.Add(id))
            {
                hub.Add(id, listener);
            }
            return new Subscribed(id);
        }
    }

    private Unsubscribed Remove(string id)
    {
        lock (topics)
        {
            if (topics.Remove(id))
            {
                hub.Remove(id, listener);
            }
            return new Unsubscribed(id);
        }
    }

    private sealed record ClientRequest(string? Type, string? RunId);
}
