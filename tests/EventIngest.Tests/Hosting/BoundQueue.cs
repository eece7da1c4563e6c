using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Events.Codec;

namespace Trainyard.EventIngest.Tests.Hosting;

/// <summary>A durable queue that takes event batches, as the store's does; deleted with this.</summary>
internal sealed class BoundQueue : IAsyncDisposable
{
    public const string Exchange = "Trainyard.Contracts.Events:EventBatch";

    private static readonly JsonSerializerOptions AsOnTheBus = new(JsonSerializerDefaults.Web)
    {
        Converters = { new EventListConverter() },
    };

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly string name;

    private BoundQueue(IConnection connection, IChannel channel, string name) =>
        (this.connection, this.channel, this.name) = (connection, channel, name);

    public static async Task<BoundQueue> BindAsync(string rabbitMq, int? maxMessages = null)
    {
        var opened = await new ConnectionFactory { Uri = new(rabbitMq) }.CreateConnectionAsync();
        var declaring = await opened.CreateChannelAsync();
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        if (maxMessages is { } most)
        {
            arguments["x-max-length"] = most;
            arguments["x-overflow"] = "reject-publish";
        }
        await declaring.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
        var queue = (await declaring.QueueDeclareAsync(
            $"ingest-tests-{Guid.NewGuid():N}", durable: true, exclusive: false, autoDelete: false, arguments)).QueueName;
        await declaring.QueueBindAsync(queue, Exchange, routingKey: "");
        return new(opened, declaring, queue);
    }

    /// <summary>Leaves batches without a queue, whatever other tests bound.</summary>
    public static async Task UnbindAllAsync(string rabbitMq)
    {
        await using var opened = await new ConnectionFactory { Uri = new(rabbitMq) }.CreateConnectionAsync();
        await using var declaring = await opened.CreateChannelAsync();
        await declaring.ExchangeDeleteAsync(Exchange);
    }

    /// <summary>The run ids of the events in the messages that lie in the queue now, which are taken out.</summary>
    public async Task<IReadOnlyList<string>> TakeRunIdsAsync()
    {
        var runs = new List<string>();
        while (await channel.BasicGetAsync(name, autoAck: true) is { } message)
        {
            Assert.True(message.BasicProperties.Persistent);
            var batch = JsonSerializer.Deserialize<JsonObject>(message.Body.Span)?["message"]?.Deserialize<EventBatch>(AsOnTheBus);
            runs.AddRange(batch?.Requests.SelectMany(request => request.Events).Select(stored => stored.RunId) ?? []);
        }
        return runs;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.QueueDeleteAsync(name, ifUnused: false, ifEmpty: false);
        await connection.DisposeAsync();
    }
}
