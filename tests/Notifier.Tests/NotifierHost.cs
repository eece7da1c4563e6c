using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Harness;
using Trainyard.Harness.Hosting;
using Trainyard.Harness.Processes;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Storage;
using Trainyard.Notifier.Tests.Fakes;
using Trainyard.ServiceDefaults;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]

namespace Trainyard.Notifier.Tests;

/// <summary>What outlives a restart of the notifier: its data folder and database, Redis, and the store.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private const int RedisDatabases = 16;
    private static int lastDatabase;

    private readonly TemporaryFolder folder = new();
    private readonly string redis;
    private readonly Dictionary<string, string?> database;

    private Surroundings(FakeStore store, string redis, Dictionary<string, string?> database) =>
        (Store, this.redis, this.database) = (store, redis, database);

    public FakeStore Store { get; }

    public string RedisConnection => redis;

    /// <param name="redis">The server.</param>
    /// <param name="postgres">The server of the notifier's tables; SQLite when null.</param>
    public static async Task<Surroundings> CreateAsync(RedisServer redis, PostgresServer? postgres = null)
    {
        // The watch list is one key, so tests take turns with Redis' databases; the prefix keeps channels apart.
        var number = Interlocked.Increment(ref lastDatabase);
        var connection = $"{redis.ConnectionString},channelPrefix=n{number}:,defaultDatabase={number % RedisDatabases}";
        Dictionary<string, string?> tables = postgres is null
            ? new() { ["DATABASE:PROVIDER"] = "sqlite" }
            : new() { ["DATABASE:PROVIDER"] = "postgres", ["ConnectionStrings:trials"] = await postgres.CreateDatabaseAsync() };
        return new(await FakeStore.StartNewAsync(), connection, tables);
    }

    /// <summary>Starts a notifier with these settings.</summary>
    public async Task<NotifierHost> StartAsync(params (string Key, string? Value)[] settings) => await StartAsync(null, settings);

    public async Task<NotifierHost> StartAsync(TimeProvider? clock, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(database)
        {
            ["ConnectionStrings:redis"] = redis,
            ["APP:DATA_ROOT"] = folder.Path,
            ["API_BASE_URL"] = Store.Address,
            ["OUTBOUND:ALLOWED_NETWORKS"] = "127.0.0.0/8;::1/128",
            ["NOTIFIER:EDIT_SECONDS"] = "1",
            ["NOTIFIER:CATCH_UP_SECONDS"] = "1",
            ["NOTIFIER:RETRY_SECONDS"] = "0.05",
            ["NOTIFIER:SUMMARY_SECONDS"] = "0",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }
        var app = await TestApp.StartAsync(
            builder =>
            {
                if (clock is not null)
                {
                    builder.Services.AddSingleton(clock);
                }
                builder.AddServiceDefaults();
                builder.AddNotifier();
            },
            web =>
            {
                web.MapDefaultEndpoints(behindGateway: true);
                web.MapNotifier();
            },
            all);
        return new(app, await ConnectionMultiplexer.ConnectAsync(redis));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>A running notifier.</summary>
internal sealed class NotifierHost(TestApp app, IConnectionMultiplexer redis) : IAsyncDisposable
{
    public HttpClient Http => app.Http;

    public IDatabase Redis => redis.GetDatabase();

    public T Get<T>() where T : notnull => app.Get<T>();

    public Task<System.Text.Json.Nodes.JsonObject> GetJsonAsync(string path) => app.GetJsonAsync(path);

    /// <summary>Publishes events once the notifier listens.</summary>
    public async Task PublishAsync(params TrainEvent[] events)
    {
        foreach (var happened in events)
        {
            await Wait.UntilAsync(async () => await redis.GetSubscriber().PublishAsync(
                RedisChannel.Literal(ChannelOf(happened)), Encoding.UTF8.GetString(TrainEventJson.Write(happened))) > 0);
        }
    }

    /// <summary>Reads the deliveries of a run.</summary>
    public async Task<List<Delivery>> DeliveriesAsync(string? runId = null)
    {
        await using var db = Get<NotifierContexts>().Open();
        return await db.Deliveries.AsNoTracking().Where(row => runId == null || row.RunId == runId).OrderBy(row => row.CreatedAt)
            .ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await redis.DisposeAsync();
    }

    private static string ChannelOf(TrainEvent happened) =>
        happened.Group == "trainer" ? RedisKeys.TrainerEventsChannel : RedisKeys.EventsChannel(happened.Group);
}

/// <summary>Events of one run.</summary>
internal sealed class Events(string runId, int attempt = 1)
{
    private const string Model = "gpt2-nano";

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public TrainStarted Started(long epochs = 4) =>
        new() { RunId = runId, Attempt = attempt, Ts = Now, ModelId = Model, TotalEpochs = epochs };

    public TrainBatch Batch(long epoch, long batch, double loss = 2.5) => new()
    {
        RunId = runId,
        Attempt = attempt,
        Ts = Now,
        ModelId = Model,
        Epoch = epoch,
        TotalEpochs = 4,
        Batch = batch,
        TotalBatches = 100,
        BatchLoss = loss,
        AvgLoss = loss + 0.1,
        SamplesPerSec = 812,
    };

    public TrainEpoch Epoch(long epoch, double loss) => new()
    {
        RunId = runId,
        Attempt = attempt,
        Ts = Now,
        ModelId = Model,
        Epoch = epoch,
        TotalEpochs = 4,
        TrainLoss = loss,
        ValLoss = loss + 0.25,
        ValPpl = Math.Exp(loss + 0.25),
        TimeS = 35,
    };

    public TrainBest Best(long epoch, double loss) => new() { RunId = runId, Attempt = attempt, Ts = Now, Epoch = epoch, ValLoss = loss };

    public TrainUpload Upload() =>
        new() { RunId = runId, Attempt = attempt, Ts = Now, Status = 201, ModelBytes = 12_300_000, ManifestBytes = 2_000 };

    public TrainPrune Prune(int count) => new() { RunId = runId, Attempt = attempt, Ts = Now, DeletedCount = count };

    public TrainArtifact Artifact(string path) => new() { RunId = runId, Attempt = attempt, Ts = Now, Path = path };

    public TrainCompleted Completed() => new() { RunId = runId, Attempt = attempt, Ts = Now, ValLoss = 1.5 };

    public TrainFailed Failed(string message) =>
        new() { RunId = runId, Attempt = attempt, Ts = Now, ErrorKind = TrainErrorKind.User, Message = message };
}
