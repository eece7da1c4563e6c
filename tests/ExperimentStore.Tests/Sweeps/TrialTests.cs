using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Tests.Webhooks;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Sweeps;

/// <summary>Trials outside a sweep.</summary>
public class TrialTests(PostgresServer postgres, RedisServer redis) : SweepingTests(postgres, redis)
{
    private const string Trials = "/api/experiments/study/trials";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_trial_is_told_to_its_trainer_once_and_completes_by_its_events(string database)
    {
        await using var trainer = await OtherProgram.TrainerAsync(request => request == 1 ? Results.StatusCode(503) : Results.Accepted());
        await using var store = await StartAsync(database, clock: null, configure: null, ("TRAINERS:RETRY_SECONDS", "0.05"));
        await RegisterAsync(store, trainer.Url);
        const string Body = """
            {"trial_id":"one","trainer":"box","name":"by hand","hyperparams":{"lr":0.1,"spectral_norm":true}}
            """;

        var queued = await store.SendAsync(HttpMethod.Post, Trials, JsonElement.Parse(Body));

        Assert.Equal("one", Id(queued));
        var orders = await Wait.UntilAsync(() => Task.FromResult(trainer.Heard.ToArray()), heard => heard.Length == 2);
        Assert.Equal(("one", "study"), (Id(orders[1]), orders[1].GetProperty("model_run_id").GetString()));
        Assert.True(orders[1].GetProperty("spectral_norm").GetBoolean());
        Assert.Equal(0.1, orders[1].GetProperty("hyperparams").GetProperty("lr").GetDouble());
        var repeated = await store.RefusedAsync(HttpMethod.Post, Trials, Body);
        Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION", "Run 'one' already exists."), repeated);
        await store.StoreAsync(Event.Metric("one", 1, "val_loss", 2), Event.Stop("one", RunStatus.Completed));
        var run = await store.GetAsync("/api/runs/one");
        Assert.Equal(("by hand", "completed", "study"), (
            run.GetProperty("name").GetString(), run.GetProperty("status").GetString(), run.GetProperty("experiment_id").GetString()));
        Assert.True(run.GetProperty("spectral_norm").GetBoolean());
        Assert.Equal(0, (await store.GetAsync("/api/trainers/box")).GetProperty("waiting").GetInt32());
    }

    [Fact]
    public async Task A_trial_of_Trainyards_own_trainer_is_queued_with_its_config()
    {
        await using var store = await StartSweepingAsync("sqlite");

        var queued = await store.SendAsync(HttpMethod.Post, Trials, JsonElement.Parse($$"""{"name":"mine","hyperparams":{{Base}}}"""));

        var run = await store.GetAsync($"/api/runs/{Id(queued)}");
        Assert.Equal(("own", "queued", "mine", "study"), (
            run.GetProperty("kind").GetString(), run.GetProperty("status").GetString(), run.GetProperty("name").GetString(),
            run.GetProperty("experiment_id").GetString()));
        await TrainedAsync(store, Id(queued), 2);
        Assert.Equal("completed", (await store.GetAsync($"/api/runs/{Id(queued)}")).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{"trainer":"nobody"}""", "CONFIG_INVALID", "trainer: must be own or the name of a registered trainer")]
    [InlineData("""{"trainer":"external"}""", "CONFIG_INVALID", "trainer: can't be external")]
    [InlineData("""{"hyperparams":[1]}""", "CONFIG_INVALID", "hyperparams: must be an object")]
    [InlineData("""{"trial_id":"a b"}""", "CONFIG_INVALID", "trial_id:")]
    [InlineData("""{"name":""}""", "CONFIG_INVALID", "name: must have 1 to 256 characters")]
    [InlineData("""{"hyperparams":{"layers":"two"}}""", "CONFIG_INVALID", "hyperparams.layers")]
    [InlineData(
        """{"hyperparams":{"tokenizer_id":"none","corpus_path":"corpus.txt"}}""", "TOKENIZER_NOT_FOUND", "hyperparams.tokenizer_id")]
    public async Task An_invalid_trial_is_refused_with_the_reason(string json, string code, string says)
    {
        await using var store = await StartSweepingAsync("sqlite");

        var refused = await store.RefusedAsync(HttpMethod.Post, Trials, json);

        Assert.Equal(code, refused.Code);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await store.GetAsync("/api/runs?experiment_id=study")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_trial_of_an_unknown_experiment_is_refused()
    {
        await using var store = await StartSweepingAsync("sqlite");

        Assert.Equal("DATA_NOT_FOUND", (await store.RefusedAsync(HttpMethod.Post, "/api/experiments/none/trials", "{}")).Code);
    }

    private static async Task RegisterAsync(StoreHost store, string url)
    {
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "study" });
        await store.SendAsync(HttpMethod.Post, "/api/trainers", new { name = "box", url, secret = OtherProgram.Secret });
    }
}
