using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Sweeps;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

/// <summary>A store with an experiment to sweep over, and stand-ins for the trainers.</summary>
public abstract class SweepingTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    private protected const string Space = """
        {"learning_rate":{"type":"log_uniform","min":0.0001,"max":0.01,"points":3},"num_epochs":{"type":"int","min":1,"max":2}}
        """;

    private protected const string Base = """{"tokenizer_id":"tok","corpus_path":"corpus.txt"}""";

    private protected async Task<StoreHost> StartSweepingAsync(string database, params (string Name, string Value)[] settings)
    {
        var store = await StartTrainingAsync(database, settings);
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        return store;
    }

    private protected static Task<JsonElement> SweepAsync(StoreHost store, string members, string space = Space) => store.SendAsync(
        HttpMethod.Post, "/api/experiments/study/sweep",
        JsonElement.Parse($$"""{"search_space":{{space}},"objective":{"metric":"val_loss"},{{members}}}"""));

    private protected static Task<JsonElement> StateAsync(StoreHost store) => store.GetAsync("/api/experiments/study/sweep");

    private protected static int Count(JsonElement sweep, string which) => sweep.GetProperty("trials").GetProperty(which).GetInt32();

    private protected static async Task<List<JsonElement>> TrialsAsync(StoreHost store) =>
        [.. (await store.GetAsync("/api/experiments/study/sweep/trials?limit=1000")).GetProperty("items").EnumerateArray()];

    private protected static string Id(JsonElement trial) => trial.GetProperty("trial_id").GetString() ?? "";

    /// <summary>Waits until this many trials are open, and returns them.</summary>
    private protected static async Task<List<string>> RunningAsync(StoreHost store, int count)
    {
        var sweep = await Wait.UntilAsync(() => StateAsync(store), state => state.GetProperty("running").GetArrayLength() == count);
        return [.. sweep.GetProperty("running").EnumerateArray().Select(Id)];
    }

    /// <summary>Plays a worker that trains the run to its end.</summary>
    private protected static async Task TrainedAsync(StoreHost store, string runId, params double[] losses)
    {
        Assert.True((await ClaimAsync(store, runId, 1)).Is<RunClaimed>(out _));
        await store.TellAsync(1, [.. losses.Select((loss, at) => Event.Metric(runId, at * 10, "val_loss", loss, attempt: 1)),
            Event.Stop(runId, RunStatus.Completed, attempt: 1)]);
    }

    /// <summary>The driver of another replica.</summary>
    private protected static SweepDriver Driver(StoreHost store) => ActivatorUtilities.CreateInstance<SweepDriver>(store.Services);
}
