using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Trainyard.Harness.Chaos;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>The distributed system with several replicas, on servers that can be stopped and reached in a way that can be cut.</summary>
public sealed partial class StruckSystem : IStruckSystem, IAsyncDisposable
{
    private const int Steps = 600;
    private const int LogEvery = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder data = new();
    private readonly Stack<IAsyncDisposable> owned = new();
    private DistributedSystem? system;
    private string tokenizer = "";
    private string runId = "";

    private StruckSystem(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis)
    {
        (Postgres, RabbitMq, Redis) = (postgres, rabbitMq, redis);
        (PostgresWay, RabbitMqWay, RedisWay) = (
            Own(new TcpProxy(() => postgres.Endpoint)),
            Own(new TcpProxy(() => rabbitMq.Endpoint)),
            Own(new TcpProxy(() => redis.Endpoint)));
    }

    public PostgresServer Postgres { get; }

    public RabbitMqServer RabbitMq { get; }

    public RedisServer Redis { get; }

    public TcpProxy PostgresWay { get; }

    public TcpProxy RabbitMqWay { get; }

    public TcpProxy RedisWay { get; }

    public Uri Address => Running.Address;

    /// <summary>The folder the services share.</summary>
    public string Artifacts => data.File("artifacts");

    /// <summary>The disk of that folder, when it was asked for and could be made.</summary>
    public SmallDisk? Disk { get; private set; }

    public string Tokenizer => tokenizer;

    public IEnumerable<TrainyardProcess> Processes => DistributedSystem.Services.SelectMany(Running.Of);

    public IReadOnlyCollection<TrainyardProcess> Ever => Running.Ever;

    /// <summary>A message that waits on the broker for the database comes back after ten seconds.</summary>
    public TimeSpan Stragglers => TimeSpan.FromSeconds(12);

    /// <summary>The worker that trains the run now.</summary>
    public TrainyardProcess Trainer => Running.Workers.Single(worker => Begun(worker).Contains(Running.Ever.SelectMany(Begun).Max()));

    private DistributedSystem Running => system ?? throw new InvalidOperationException("The system was not started.");

    /// <param name="postgres">Not shared with other tests: it will be stopped.</param>
    /// <param name="rabbitMq">Likewise.</param>
    /// <param name="redis">Likewise.</param>
    /// <param name="settings">Environment variables for all services.</param>
    /// <param name="smallDisk">Whether the services' folder is to lie on a disk that can be filled.</param>
    /// <param name="startLimit">How long the start of a service may take.</param>
    public static async Task<StruckSystem> StartAsync(
        PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis, IReadOnlyDictionary<string, string>? settings = null,
        bool smallDisk = false, TimeSpan? startLimit = null)
    {
        var struck = new StruckSystem(postgres, rabbitMq, redis);
        try
        {
            if (smallDisk && await SmallDisk.TryMountAsync(struck.Artifacts) is { } disk)
            {
                struck.Disk = struck.Own(disk);
            }
            var servers = new Connections(
                postgres.ConnectionStringThrough(struck.PostgresWay.Port),
                rabbitMq.ConnectionStringThrough(struck.RabbitMqWay.Port),
                redis.ConnectionStringThrough(struck.RedisWay.Port));
            struck.system = struck.Own(await DistributedSystem.StartAsync(
                servers, struck.Artifacts, new(Ingest: 2, Store: 2, Workers: 2), settings, startLimit));
            await struck.ReadyAsync();
            using var client = struck.Client();
            struck.tokenizer = await client.TrainTokenizerAsync("docs", 512);
            return struck;
        }
        catch
        {
            await struck.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<TrainyardProcess> Of(string service) => Running.Of(service);

    public Task ReplaceAsync(TrainyardProcess ended, IReadOnlyDictionary<string, string>? environment = null) =>
        Running.ReplaceAsync(ended, environment);

    /// <summary>Its other replicas work all the time.</summary>
    public Task WorkAsync(TimeSpan duration) => Task.CompletedTask;

    public async Task ReadyAsync()
    {
        await using var readiness = new Readiness(Hosts);
        await UntilAsync(readiness.AllAsync, "not every host is ready");
    }

    /// <summary>Lets a fault strike while events are posted and a run trains, and looks what has become of them.</summary>
    public async Task<FaultReport> ObserveAsync(Fault fault, TimeSpan hold)
    {
        using var client = Client();
        runId = await client.StartRunAsync(new
        {
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = Steps,
            checkpoint_every = 50,
            eval_every = 1000,
            log_every = LogEvery,
            threads = 1,
        });
        await using var load = new SteadyLoad(Running.Address);
        await client.UntilAsync($"/api/runs/{runId}/checkpoints", page => page["items"]?.AsArray().Count >= 1, Limit);
        await UntilAsync(() => Task.FromResult(load.Accepted >= 100), "the load has not begun");
        await using var readiness = new Readiness(Hosts);

        await fault.Strike(this, hold);

        var ended = Stopwatch.GetTimestamp();
        await RecoverAsync(readiness);
        var recovery = Stopwatch.GetElapsedTime(ended);
        var complaints = readiness.Complaints.Order(StringComparer.Ordinal).ToList();
        await load.StopAsync(Limit);
        var run = await client.UntilAsync(
            $"/api/runs/{runId}", one => TrainyardClient.Text(one, "status") is "completed" or "failed" or "cancelled", Limit);
        var (lost, doubled) = (0L, 0L);
        await UntilAsync(async () =>
        {
            (lost, doubled) = await load.CompareAsync(client);
            return lost == 0;
        }, () => $"{lost} are not there");
        return new(
            fault.Name, load.Accepted, load.Refusals, load.LongestWait, recovery, complaints, lost, doubled,
            await ReportAsync(client, run));
    }

    public async ValueTask DisposeAsync()
    {
        while (owned.TryPop(out var one))
        {
            await one.DisposeAsync();
        }
        data.Dispose();
    }

    private IEnumerable<Uri> Hosts() => Processes.Select(process => process.Address);

    private TrainyardClient Client() => new(Running.Address);

    private T Own<T>(T one) where T : IAsyncDisposable
    {
        owned.Push(one);
        return one;
    }

    /// <summary>All hosts ready, and a new event goes all the way.</summary>
    private async Task RecoverAsync(Readiness readiness)
    {
        var probe = $"probe-{Guid.NewGuid().ToString("N")[..8]}";
        using var http = new HttpClient { BaseAddress = Running.Address, Timeout = TimeSpan.FromSeconds(10) };
        await UntilAsync(async () => (await http.PostAsync("/api/events/ml", new StringContent(
            $$$"""{"event":"ml.run.start","trial_id":"{{{probe}}}"}""",
            System.Text.Encoding.UTF8,
            "application/json"))).IsSuccessStatusCode, "posts are refused");
        await UntilAsync(async () => (await http.GetAsync($"/api/runs/{probe}")).IsSuccessStatusCode, "a new event can't be read");
        await UntilAsync(readiness.AllAsync, "not every host is ready");
    }

    private async Task<TrainingReport> ReportAsync(TrainyardClient client, JsonObject run)
    {
        var history = await client.GetAsync($"/api/runs/{runId}/metrics?keys=train_loss&max_points=100000");
        return new(
            TrainyardClient.Text(run, "status"),
            run["attempt"]?.GetValue<int>() ?? 0,
            [
                .. Running.Ever.SelectMany(Begun).GroupBy(attempt => attempt).OrderBy(attempt => attempt.Key)
                    .Select(attempt => attempt.Count()),
            ],
            [.. history["series"]?[0]?["points"]?.AsArray().Select(point => point?["step"]?.GetValue<long>() ?? -1) ?? []]);
    }

    /// <summary>Attempts of the run that a worker has begun.</summary>
    private IEnumerable<int> Begun(TrainyardProcess worker) =>
        BegunLine().Matches(worker.Output).Where(line => line.Groups["run"].Value == runId)
            .Select(line => int.Parse(line.Groups["attempt"].Value, CultureInfo.InvariantCulture));

    private static Task UntilAsync(Func<Task<bool>> satisfied, string otherwise) => UntilAsync(satisfied, () => otherwise);

    private static async Task UntilAsync(Func<Task<bool>> satisfied, Func<string> otherwise)
    {
        for (var watch = Stopwatch.StartNew(); !await Patience.TrueAsync(satisfied); await Task.Delay(100))
        {
            Assert.True(watch.Elapsed < Limit, $"After {Limit} {otherwise()}.");
        }
    }

    [GeneratedRegex(
        "Training (?<run>[A-Za-z0-9._-]+), attempt (?<attempt>[0-9]+)\"",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BegunLine();
}
