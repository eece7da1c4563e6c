using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Training;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Tests.Training;

/// <summary>Calls that a worker would receive.</summary>
internal sealed class Calls
{
    public ConcurrentQueue<TrainModel> Heard { get; } = [];
}

internal sealed class WorkerStandIn(Calls calls) : IConsumer<TrainModel>
{
    public Task Consume(ConsumeContext<TrainModel> context)
    {
        calls.Heard.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>A store with a corpus, a tokenizer, an adjustable clock and a fake worker on the bus.</summary>
public abstract class TrainingTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private protected SettableClock Clock { get; } = new(DateTimeOffset.UtcNow);

    private protected Task<StoreHost> StartTrainingAsync(string database, params (string Name, string Value)[] settings) =>
        StartTrainingAsync(database, ListenForCalls, settings);

    private protected async Task<StoreHost> StartTrainingAsync(
        string database, Action<WebApplicationBuilder> configure, params (string Name, string Value)[] settings)
    {
        var store = await StartAsync(database, Clock, configure, settings);
        Directory.CreateDirectory(Path.Combine(store.Artifacts, "tokenizers", "tok"));
        await File.WriteAllTextAsync(Path.Combine(store.Artifacts, "tokenizers", "tok", "manifest.json"), """{"status":"completed"}""");
        await File.WriteAllTextAsync(Path.Combine(store.Corpus, "corpus.txt"), "some text");
        return store;
    }

    private protected static void ListenForCalls(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Calls>();
        builder.ConfigureBus(bus => bus.AddConsumer<WorkerStandIn>().Endpoint(endpoint => endpoint.Name = "train-model"));
    }

    private protected static async Task<string> TrainAsync(StoreHost store) =>
        (await store.SendAsync(HttpMethod.Post, "/api/runs/train", new { tokenizer_id = "tok", corpus_path = "corpus.txt" }))
            .GetProperty("run_id").GetString() ?? "";

    private protected static async Task<Response<RunClaimed,
    ClaimRefused>> ClaimAsync(StoreHost store, string runId, int attempt, string worker = "w1")
    {
        var claims = store.Services.GetRequiredService<IClientFactory>().CreateRequestClient<ClaimRun>();
        return await claims.GetResponse<RunClaimed, ClaimRefused>(new ClaimRun(runId, attempt, worker));
    }

    /// <summary>One pass of a new reconciler, as on another replica.</summary>
    private protected static Reconciler Reconciler(StoreHost store) => ActivatorUtilities.CreateInstance<Reconciler>(store.Services);

    private protected static IDatabase Redis(StoreHost store) => store.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private protected static Task HoldLeaseAsync(StoreHost store, string runId) =>
        Redis(store).StringSetAsync(RedisKeys.Heartbeat(runId), "w1");

    private protected static Task LoseLeaseAsync(StoreHost store, string runId) => Redis(store).KeyDeleteAsync(RedisKeys.Heartbeat(runId));

    private protected static async Task<(string? Status, int Attempt, string? Message)> StateAsync(StoreHost store, string runId)
    {
        var run = await store.GetAsync($"/api/runs/{runId}");
        return (run.GetProperty("status").GetString(), run.GetProperty("attempt").GetInt32(), run.GetProperty("message").GetString());
    }

    private protected static Task<TrainModel[]> CallsAsync(StoreHost store, int count) =>
        Wait.UntilAsync(() => Task.FromResult(store.Services.GetRequiredService<Calls>().Heard.ToArray()), heard => heard.Length >= count);
}
