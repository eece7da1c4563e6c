using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ErrorQueues;
using Trainyard.Harness;
using Trainyard.Harness.Faults;

namespace Trainyard.ExperimentStore.Tests.Events;

public class RabbitMqTests(PostgresServer postgres, RedisServer redis, RabbitMqServer rabbitMq) : StoreTests(postgres, redis)
{
    private readonly PostgresServer postgres = postgres;

    [Fact]
    public async Task Each_event_is_stored_once_through_cut_connections_and_a_replaced_replica()
    {
        const int Batches = 120;
        var settings = await SettingsAsync(
            "postgres", ("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString));
        await using var sender = await StoreHost.StartAsync(settings);
        var way = new TcpProxy(() => rabbitMq.Endpoint);
        var unsteady = await StartBehindAsync(way, settings);
        await UntilReadyAsync(sender);
        await UntilReadyAsync(unsteady);

        var bus = sender.Services.GetRequiredService<IBus>();
        for (var batch = 0; batch < Batches; batch++)
        {
            // Each request in three batches, as when a client repeats accepted ones.
            await bus.Publish(
                new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(batch), Request(batch - 1), Request(batch + 1)]));
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
        await Wait.UntilAsync(() => CountAsync(sender), count => count >= Expected);
        await StopAsync(unsteady, way);
        Assert.Equal(Expected, await CountAsync(sender));
    }

    private Task<StoreHost> StartBehindAsync(TcpProxy way, Dictionary<string, string?> settings) =>
        StoreHost.StartAsync(
            new Dictionary<string, string?>(settings) { ["ConnectionStrings:rabbitmq"] = rabbitMq.ConnectionStringThrough(way.Port) });

    /// <summary>Ends like a process: all connections close, including one that is just opening.</summary>
    private static async Task StopAsync(StoreHost replica, TcpProxy way)
    {
        await replica.DisposeAsync();
        await way.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_gets_a_response_if_one_is_requested()
    {
        await using var store = await StartAsync(
            "sqlite", settings: [("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString)]);
        await UntilReadyAsync(store);
        var asking = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<EventBatch>();

        var answer = await asking.GetResponse<EventsStored>(
            new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(1), Request(1)]));

        Assert.Equal((1, 1), (answer.Message.Stored, answer.Message.Repeated));
    }

    public static TheoryData<string, string, string> OutagesOfTheServer => new()
    {
        { "wrong password", "ALTER ROLE {0} PASSWORD 'another'", "ALTER ROLE {0} PASSWORD 'its own'" },
        { "not let in", "ALTER ROLE {0} NOLOGIN", "ALTER ROLE {0} LOGIN" },
        { "read-only", "ALTER ROLE {0} SET default_transaction_read_only = on", "ALTER ROLE {0} RESET default_transaction_read_only" },
        { "missing privilege", "REVOKE INSERT, UPDATE ON ALL TABLES IN SCHEMA public FROM {0}",
            "GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {0}" },
    };

    [Theory]
    [MemberData(nameof(OutagesOfTheServer))]
    public async Task Faults_that_are_not_the_datas_are_retried(string fault, string begin, string end)
    {
        const int Batches = 80;
        await using var role = await RestrictedRole.CreateAsync(postgres.ConnectionString, await postgres.CreateDatabaseAsync());
        var settings = await SettingsAsync(
            "postgres", ("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString));
        settings["ConnectionStrings:trials"] = role.ConnectionString;
        await using var store = await StoreHost.StartAsync(settings);
        await UntilReadyAsync(store);
        var bus = store.Services.GetRequiredService<IBus>();
        await bus.Publish(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(0)]));
        await Wait.UntilAsync(() => CountAsync(store), count => count == 10);
        await role.DoAsync(begin);

        for (var batch = 1; batch < Batches; batch++)
        {
            await bus.Publish(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow, [Request(batch)]));
        }
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => WaitingAsync(), waiting => waiting > 0);
        Assert.Equal((fault, 0u), (fault, await failed.CountAsync(EndpointNames.EventBatches, TestContext.Current.CancellationToken)));
        await role.DoAsync(end);

        await Wait.UntilAsync(() => CountAsync(store), count => count == 10 * Batches);
        Assert.Equal((fault, 0u), (fault, await failed.CountAsync(EndpointNames.EventBatches, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_batch_resent_from_the_error_queue_stores_the_rest()
    {
        var settings = await SettingsAsync(
            "postgres", ("BUS:TRANSPORT", "RabbitMq"), ("ConnectionStrings:rabbitmq", rabbitMq.ConnectionString));
        await using var store = await StoreHost.StartAsync(settings);
        await UntilReadyAsync(store);
        await using var connection = new NpgsqlConnection(settings["ConnectionStrings:trials"]);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await DoAsync("ALTER TABLE logs ADD CONSTRAINT no_poison CHECK (message <> 'poison')");
        await using var failed = await ErrorQueueClient.OpenAsync(rabbitMq.ConnectionString, TestContext.Current.CancellationToken);

        // Without keys, only the batch id identifies the repetition.
        await store.Services.GetRequiredService<IBus>().Publish(new EventBatch(Guid.NewGuid(), DateTimeOffset.UtcNow,
            [new(null, "good", [Event.Metric("r", 1, "loss", 1)]), new(null, "bad", [Event.Log("r", "poison")])]));
        await Wait.UntilAsync(
            () => failed.CountAsync(EndpointNames.EventBatches, TestContext.Current.CancellationToken), count => count == 1);
        Assert.Equal(1, await CountAsync(store));
        await DoAsync("ALTER TABLE logs DROP CONSTRAINT no_poison");
        Assert.Equal(1, await failed.ReplayAsync(EndpointNames.EventBatches, id: null, TestContext.Current.CancellationToken));

        await Wait.UntilAsync(
            () => store.GetAsync("/api/runs/r/logs"), logs => logs.GetRawText().Contains("poison", StringComparison.Ordinal));
        Assert.Equal(1, await CountAsync(store));

        async Task DoAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<uint> WaitingAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new(rabbitMq.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(EndpointNames.WaitQueue(EndpointNames.EventBatches));
    }

    private static AcceptedRequest Request(int number) => new(
        number % 2 == 0 ? $"client:{number + 1}" : $"key-{number}", "req",
        [.. Enumerable.Range(0, 10).Select(index => Event.Metric("r", number * 10 + index, "loss", index))]);

    private static async Task<long> CountAsync(StoreHost store)
    {
        using var answer = await store.Http.GetAsync(new Uri("/api/runs/r/metrics/latest", UriKind.Relative));
        return answer.IsSuccessStatusCode
            ? System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("series")[0]
                .GetProperty("count").GetInt64()
            : 0;
    }
}
