using System.Net;
using System.Text.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Training;

/// <summary>The store's side of reproductions; the test plays the worker.</summary>
public class ReproductionTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_is_trained_again_and_compared_to_the_last_bit(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var original = await TrainAsync(store);
        await CompleteAsync(store, original, loss: 2.5, hash: "aa");

        var same = await ReproduceAsync(store, original);
        var claim = await ClaimAsync(store, same, 1);
        Assert.True(claim.Is(out MassTransit.Response<RunClaimed>? claimed));
        Assert.Equal((original, 3, 1337L), (claimed.Message.ReproducesRunId, claimed.Message.Config.Threads, claimed.Message.Config.Seed));
        Assert.Equal("The run has not ended.", Text(await ComparedAsync(store, same), "message"));
        await CompleteAsync(store, same, loss: 2.5, hash: "aa", claim: false);
        var identical = await ComparedAsync(store, same);
        Assert.Equal(
            (original, 2, true, true),
            (Text(identical, "reproduces_run_id"), identical.GetProperty("points").GetInt32(),
                identical.GetProperty("curve_is_identical").GetBoolean(), identical.GetProperty("weights_are_identical").GetBoolean()));
        Assert.Empty(identical.GetProperty("differences").EnumerateArray());
        Assert.Equal(original, Text(await store.GetAsync($"/api/runs/{same}"), "reproduces_run_id"));

        var other = await ReproduceAsync(store, original);
        await CompleteAsync(store, other, loss: Math.BitIncrement(2.5), hash: "bb", torch: "2.9");
        var different = await ComparedAsync(store, other);
        Assert.False(different.GetProperty("weights_are_identical").GetBoolean());
        Assert.Equal(20, different.GetProperty("first_difference").GetProperty("step").GetInt64());
        var surrounding = Assert.Single(different.GetProperty("differences").EnumerateArray());
        Assert.Equal(
            ("versions.libtorch", "2.9", "2.8"), (Text(surrounding, "what"), Text(surrounding, "value"), Text(surrounding, "original")));
    }

    [Fact]
    public async Task What_can_not_be_reproduced_is_refused_at_the_request()
    {
        await using var store = await StartTrainingAsync("sqlite");
        var (queued, gone, done) = (await TrainAsync(store), await TrainAsync(store), await TrainAsync(store));
        await CompleteAsync(store, gone, loss: 1, hash: "aa");
        await CompleteAsync(store, done, loss: 1, hash: "aa");
        File.Delete(Path.Combine(store.Artifacts, "models", gone, "manifest.json"));

        await RefusedAsync(queued, HttpStatusCode.Conflict, "ILLEGAL_TRANSITION");
        await RefusedAsync(gone, HttpStatusCode.NotFound, "DATA_NOT_FOUND");
        File.Delete(Path.Combine(store.Corpus, "corpus.txt"));
        await RefusedAsync(done, HttpStatusCode.NotFound, "DATA_NOT_FOUND");
        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Get, $"/api/runs/{done}/reproduction", "")).Code);

        async Task RefusedAsync(string run, HttpStatusCode status, string code)
        {
            var refused = await store.RefusedAsync(HttpMethod.Post, $"/api/runs/{run}/reproduce", "");
            Assert.Equal((status, code), (refused.Status, refused.Code));
        }
    }

    private static async Task<string> ReproduceAsync(StoreHost store, string run) =>
        Text(await store.SendAsync(HttpMethod.Post, $"/api/runs/{run}/reproduce"), "run_id");

    private static Task<JsonElement> ComparedAsync(StoreHost store, string run) => store.GetAsync($"/api/runs/{run}/reproduction");

    private static async Task CompleteAsync(
        StoreHost store, string run, double loss, string hash, string torch = "2.8", bool claim = true)
    {
        if (claim)
        {
            await ClaimAsync(store, run, 1);
        }
        var folder = Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", run)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), $$"""
            {"versions":{"libtorch":"{{torch}}"},"machine":{"cpu":"a","threads":3},"data":{"fingerprint":"f"},
             "artifacts":[{"name":"model.safetensors","sha256":"{{hash}}"}]}
            """);
        await store.TellAsync(
            1, Event.Metric(run, 10, "train_loss", 3), Event.Metric(run, 20, "train_loss", loss), Event.Stop(run, RunStatus.Completed));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
