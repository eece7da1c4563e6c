using System.Diagnostics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Models.Runs;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Tests.Compute;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>A worker with a bus of its own, a store that remembers, and a folder that is gone afterwards.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WebApplication app;

    private WorkerHost(WebApplication app, FakeStore store, string folder) => (this.app, Store, Folder) = (app, store, folder);

    public FakeStore Store { get; }

    public string Folder { get; }

    public IServiceProvider Services => app.Services;

    public IDatabase Redis => app.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    /// <summary>The lines logged so far.</summary>
    public IEnumerable<string> Log => app.Services.GetFakeLogCollector().GetSnapshot().Select(line => line.Message);

    public HttpClient Http => new() { BaseAddress = new Uri(app.Urls.First()) };

    public static TrainingConfig Config { get; } = new()
    {
        ModelSize = "nano",
        Layers = 1,
        Dim = 16,
        MaxSeqLen = 16,
        BatchSize = 4,
        TokenizerId = "tok",
        CorpusPath = "corpus.txt",
        MaxSteps = 20,
        EvalEvery = 10,
        LogEvery = 5,
        Threads = 1,
    };

    /// <summary>Long enough to be interfered with.</summary>
    public static TrainingConfig Endless { get; } = Config with { MaxSteps = 1_000_000, EvalEvery = 1_000_000 };

    /// <summary>Starts a worker that computes in the tests' process.</summary>
    public static Task<WorkerHost> StartAsync(string redis, params (string Name, string Value)[] settings) =>
        StartAsync(redis, services => services.AddSingleton<IComputeStarter, InProcessStarter>(), settings);

    public static async Task<WorkerHost> StartAsync(
        string redis, Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("trainyard-worker-").FullName;
        TestText.Write(folder);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["BUS:TRANSPORT"] = "InMemory",
            ["ConnectionStrings:redis"] = redis,
            ["APP:DATA_ROOT"] = Path.Combine(folder, "data"),
            ["APP:CORPUS_ROOT"] = folder,
            ["TRAINER:LEASE_SECONDS"] = "5",
            ["TRAINER:RENEW_SECONDS"] = "0.2",
            ["TRAINER:POLL_SECONDS"] = "0.05",
        });
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFakeLogging().AddFilter<FakeLoggerProvider>(category: null, LogLevel.Information);
        var store = new FakeStore();
        builder.Services.AddSingleton(store);
        builder.AddServiceDefaults();
        builder.AddTrainerWorker();
        configure(builder.Services);
        builder.ConfigureBus(bus =>
        {
            bus.AddConsumer<FakeStore.ClaimConsumer>();
            bus.AddConsumer<FakeStore.FindConsumer>();
            bus.AddConsumer<FakeStore.EventConsumer>();
            bus.AddConsumer<FakeStore.EvaluationClaimConsumer>();
            bus.AddConsumer<FakeStore.EvaluationEndedConsumer>();
        });
        builder.AddBus();
        var host = builder.Build();
        host.MapDefaultEndpoints();
        host.MapTrainerWorker();
        await host.StartAsync().WaitAsync(Patience);
        var worker = new WorkerHost(host, store, folder);
        await worker.UntilItHearsAsync();
        return worker;
    }

    /// <summary>Calls until the worker asks for a run, as the store does with one that nobody claimed.</summary>
    private async Task UntilItHearsAsync()
    {
        for (var waited = Stopwatch.StartNew(); Store.ClaimsOf("nobody") == 0; await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < Patience, "The worker does not hear.");
            await CallAsync("nobody");
        }
    }

    public RunFolder RunFolder(string runId) => new(Path.Combine(Folder, "data", "artifacts", "models", runId));

    /// <summary>Queues an attempt and calls for a worker.</summary>
    public async Task<string> QueueAsync(TrainingConfig config, string? runId = null, int attempt = 1, string? startFrom = null)
    {
        runId ??= Identifier.Create("run");
        Store.Queue(new RunClaimed(runId, attempt, config, Resume: attempt > 1, FromStep: null, startFrom));
        await CallAsync(runId, attempt);
        return runId;
    }

    public async Task CallAsync(string runId, int attempt = 1)
    {
        var endpoint = await app.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:train-model"));
        await endpoint.Send(new TrainModel(runId, attempt)).WaitAsync(Patience);
    }

    /// <summary>Queues an evaluation of a run's last checkpoint and calls for a worker.</summary>
    public async Task<string> EvaluateAsync(string runId, EvaluationRequest request, TrainingConfig? config = null, long step = 20)
    {
        var id = Identifier.Create("eval");
        Store.Queue(new EvaluationClaimed
        {
            EvaluationId = id,
            Attempt = 1,
            RunId = runId,
            Config = config ?? Config,
            CheckpointPath = $"models/{runId}/checkpoints/{step}",
            Step = step,
            RunAttempt = 1,
            Request = request,
        });
        var endpoint = await app.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:train-model"));
        await endpoint.Send(new EvaluateModel(id, runId, 1)).WaitAsync(Patience);
        return id;
    }

    public async Task<EvaluationEnded> EvaluatedAsync(string evaluationId)
    {
        await Wait.UntilAsync(() => Store.Ended.Any(ended => ended.EvaluationId == evaluationId));
        return Store.Ended.First(ended => ended.EvaluationId == evaluationId);
    }

    public async Task<RunStopped> EndOfAsync(string runId, int attempt = 1)
    {
        await Wait.UntilAsync(() => Ended(runId, attempt) is not null);
        return Ended(runId, attempt) ?? throw new UnreachableException();
    }

    public Task UntilStepAsync(string runId, long step) =>
        Wait.UntilAsync(() => Store.EventsOf(runId).OfType<MetricsLogged>().Any(metrics => metrics.Step >= step));

    public async Task StopAsync()
    {
        try
        {
            await app.StopAsync().WaitAsync(Patience);
        }
        catch (TimeoutException exception)
        {
            var log = app.Services.GetFakeLogCollector().GetSnapshot();
            throw new TimeoutException($"The worker does not stop. Its log ends: {string.Join('\n', log.TakeLast(30))}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await app.DisposeAsync().AsTask().WaitAsync(Patience);
        Directory.Delete(Folder, recursive: true);
    }

    private RunStopped? Ended(string runId, int attempt) =>
        Store.EventsOf(runId).OfType<RunStopped>().FirstOrDefault(stop => stop.Attempt == attempt);
}
