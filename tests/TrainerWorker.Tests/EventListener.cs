using System.Collections.Concurrent;
using System.Text.Json;
using StackExchange.Redis;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Harness;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>A program that listens to training events on Redis. Each must be read by the strict rules of producers.</summary>
internal sealed class EventListener : IAsyncDisposable
{
    private const string End = "the listener's own last word";

    private readonly ConnectionMultiplexer connection;
    private readonly ConcurrentQueue<string> messages = new();

    private EventListener(ConnectionMultiplexer connection) => this.connection = connection;

    /// <summary>The messages as they came.</summary>
    public IReadOnlyList<string> Messages => [.. messages.Where(message => message != End)];

    public IReadOnlyList<TrainEvent> Events => [.. Messages.Select(Read)];

    /// <summary>The types of the events, without group and version.</summary>
    public IReadOnlyList<string> Names => [.. Events.Select(happened => happened.Type.Split('.')[2])];

    public static async Task<EventListener> OnAsync(string redis, string channel)
    {
        var listener = new EventListener(await ConnectionMultiplexer.ConnectAsync(redis));
        // A queue keeps the order; handlers run at the same time.
        var queue = await listener.connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel));
        queue.OnMessage(message => listener.messages.Enqueue(message.Message.ToString()));
        return listener;
    }

    public IReadOnlyList<T> Of<T>() where T : TrainEvent => [.. Events.OfType<T>()];

    public async Task<T> UntilAsync<T>(Func<T, bool>? which = null) where T : TrainEvent
    {
        await Wait.UntilAsync(() => Of<T>().Any(which ?? (_ => true)));
        return Of<T>().First(which ?? (_ => true));
    }

    /// <summary>Waits until everything that was published on the channel before this call has been heard.</summary>
    public async Task UntilQuietAsync(string channel)
    {
        await connection.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), End);
        await Wait.UntilAsync(() => messages.Contains(End));
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static TrainEvent Read(string message)
    {
        var group = JsonElement.Parse(message).GetProperty("type").GetString()?.Split('.')[0] ?? "";
        var happened = JsonSerializer.Deserialize<TrainEvent>(message, TrainEventJson.OptionsOf(group));
        return happened is null ? throw new JsonException("An event is null.") : happened with { Group = group };
    }
}
