using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.Servers;
using Trainyard.Servers.Faults;

namespace Trainyard.ExperimentStore.Tests.Events;

public class RabbitMqTests(PostgresServer postgres, RedisServer redis, RabbitMqServer rabbitMq) : StoreTests(postgres, redis)
{
    [Fact]
    public async Task Each_event_is_stored_once_through_cut_connections_and_a_replaced_replica()
    {
        const int Batches = 120;
        var settings = await SettingsAsync("postgres", ("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString));
        await using var sender = await StoreHost.StartAsync(settings);
        var way = new TcpProxy(() => rabbitMq.Endpoint);
        var unsteady = await StartBehindAsync(way, settings);
        await UntilReadyAsync(sender);
        await UntilReadyAsync(unsteady);

        var bus = sender.Services.GetRequiredService<IBus>();
        for (var batch = 0; batch < Batches; batch++)
        {
            // Each request in three batches, as when a client repeats what was accepted.
            await bus.Publish(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(batch), Request(batch - 1), Request(batch + 1)]));
            if (batch % 30 == 15)
            {
                way.Cut();
            }
            if (batch == Batches / 2)
            {
                await StopAsync(unsteady, way);
                way = new TcpProxy(() => rabbitMq.Endpoint);
                unsteady = await StartBehindAsync(way, settings);
            }
        }

        const long Expected = 10 * (Batches + 2);
        await UntilAsync(() => CountAsync(sender), count => count >= Expected);
        await StopAsync(unsteady, way);
        Assert.Equal(Expected, await CountAsync(sender));
    }

    private Task<StoreHost> StartBehindAsync(TcpProxy way, Dictionary<string, string?> settings) =>
        StoreHost.StartAsync(new Dictionary<string, string?>(settings) { ["ConnectionStrings:rabbitmq"] = rabbitMq.ConnectionStringThrough(way.Port) });

    /// <summary>As a process ends: its connections end with it, one it was just opening too.</summary>
    private static async Task StopAsync(StoreHost replica, TcpProxy way)
    {
        await replica.DisposeAsync();
        await way.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_answered_when_an_answer_is_asked_for()
    {
        await using var store = await StartAsync("sqlite", settings: [("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString)]);
        await UntilReadyAsync(store);
        var asking = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<EventBatch>();

        var answer = await asking.GetResponse<EventsStored>(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(1), Request(1)]));

        Assert.Equal((1, 1), (answer.Message.Stored, answer.Message.Repeated));
    }

    private static AcceptedRequest Request(int number) => new(
        number % 2 == 0 ? $"client:{number + 1}" : $"key-{number}", "req",
        [.. Enumerable.Range(0, 10).Select(index => Event.Metric("r", number * 10 + index, "loss", index))]);

    private static async Task<long> CountAsync(StoreHost store)
    {
        using var answer = await store.Http.GetAsync(new Uri("/api/runs/r/metrics/latest", UriKind.Relative));
        return answer.IsSuccessStatusCode
            ? System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("series")[0].GetProperty("count").GetInt64()
            : 0;
    }
}
