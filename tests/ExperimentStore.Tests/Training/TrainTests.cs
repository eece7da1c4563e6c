using System.Net;
using Trainyard.Contracts.Training;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Training;

public class TrainTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_is_stored_as_queued_and_offered_to_a_worker(string database)
    {
        await using var store = await StartTrainingAsync(database);

        var id = await TrainAsync(store);

        Assert.Equal(new TrainModel(id, 1), Assert.Single(await CallsAsync(store, 1)));
        var run = await store.GetAsync($"/api/runs/{id}");
        Assert.Equal(("queued", "own"), (run.GetProperty("status").GetString(), run.GetProperty("kind").GetString()));
        Assert.Equal("tok", run.GetProperty("config").GetProperty("tokenizer_id").GetString());
    }

    [Fact]
    public async Task A_run_with_spectral_norm_has_it_in_its_column()
    {
        await using var store = await StartTrainingAsync("sqlite");
        foreach (var on in (bool[])[true, false])
        {
            await store.SendAsync(HttpMethod.Post, "/api/runs/train",
                new { tokenizer_id = "tok", corpus_path = "corpus.txt", name = $"{on}", spectral_norm = on });
        }

        var found = Assert.Single((await store.GetAsync("/api/runs?spectral_norm=true")).GetProperty("items").EnumerateArray());
        Assert.Equal(("True", true), (found.GetProperty("name").GetString(), found.GetProperty("spectral_norm").GetBoolean()));
    }

    [Fact]
    public async Task An_invalid_config_is_refused_with_every_reason()
    {
        await using var store = await StartTrainingAsync("sqlite");

        var (status, code, message) = await store.RefusedAsync(HttpMethod.Post, "/api/runs/train",
            """
            {"tokenizer_id":"none","corpus_path":"../../etc/passwd","learning_rate":7,"batch_size":0,
             "start_from":"nothing","experiment_id":"unknown"}
            """);

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
        await store.SendAsync(HttpMethod.Post, "/api/experiments", new { experiment_id = "gone" });
        await store.SendAsync(HttpMethod.Delete, "/api/experiments/gone");
        Assert.Contains(
            "experiment_id", (await store.RefusedAsync(HttpMethod.Post, "/api/runs/train", """{"experiment_id":"gone"}""")).Message,
            StringComparison.Ordinal);
        foreach (var field in (string[])["tokenizer_id", "corpus_path", "learning_rate", "batch_size", "start_from", "experiment_id"])
        {
            Assert.Contains($"{field}:", message, StringComparison.Ordinal);
        }
        Assert.Empty((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"tokenizer_id":"none","corpus_path":"corpus.txt"}""", 404, "TOKENIZER_NOT_FOUND")]
    [InlineData("""{"tokenizer_id":"half","corpus_path":"corpus.txt"}""", 400, "CONFIG_INVALID")]
    [InlineData("""{"tokenizer_id":"tok","corpus_path":"/etc/passwd"}""", 403, "PATH_FORBIDDEN")]
    [InlineData("""{"tokenizer_id":"tok","corpus_path":"none.txt"}""", 404, "DATA_NOT_FOUND")]
    [InlineData("""{"tokenizer_id":"tok","corpus_path":"corpus.txt","start_from":"x"}""", 400, "CHECKPOINT_INVALID")]
    [InlineData("""{"tokenizer_id":"../tok","corpus_path":"corpus.txt"}""", 400, "CONFIG_INVALID")]
    [InlineData("""{"tokenizer_id":"tok","corpus_path":"a\u0000b"}""", 403, "PATH_FORBIDDEN")]
    [InlineData("""{"tokenizer_id":"tok","corpus_path":"corpus.txt","colour":"red"}""", 400, "CONFIG_INVALID")]
    [InlineData("""{"tokenizer_id":null,"corpus_path":"corpus.txt"}""", 400, "CONFIG_INVALID")]
    [InlineData("{", 400, "CONFIG_INVALID")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"none"}""", 404, "DATA_NOT_FOUND")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"../x"}""", 403, "PATH_FORBIDDEN")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"."}""", 400, "CHECKPOINT_INVALID")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"bert"}""", 400, "CHECKPOINT_INVALID")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"llama"}""", 400, "CONFIG_INVALID")]
    [InlineData("""{"corpus_path":"corpus.txt","pretrained_path":"llama","model_family":"llama","layers":2}""", 400, "CONFIG_INVALID")]
    public async Task One_kind_of_problem_has_its_own_code(string body, int status, string code)
    {
        await using var store = await StartTrainingAsync("sqlite");
        await GiveModelAsync(store, "bert");
        await GiveModelAsync(store, "llama");
        Directory.CreateDirectory(Path.Combine(store.Artifacts, "tokenizers", "half"));
        await File.WriteAllTextAsync(Path.Combine(store.Artifacts, "tokenizers", "half", "manifest.json"), """{"status":"training"}""");

        var refused = await store.RefusedAsync(HttpMethod.Post, "/api/runs/train", body);

        Assert.Equal(((HttpStatusCode)status, code), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_run_may_begin_with_a_given_model_and_its_tokenizer()
    {
        await using var store = await StartTrainingAsync("sqlite");
        await GiveModelAsync(store, "qwen3");

        var run = (await store.SendAsync(HttpMethod.Post, "/api/runs/train",
            new { corpus_path = "corpus.txt", pretrained_path = "qwen3", model_family = "qwen" })).GetProperty("run_id").GetString() ?? "";

        Assert.True((await ClaimAsync(store, run, 1)).Is<RunClaimed>(out var claimed));
        Assert.Equal(("qwen", "qwen3"), (claimed.Message.Config.ModelFamily, claimed.Message.Config.PretrainedPath));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_one_of_many_workers_can_claim_a_run(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(worker => ClaimAsync(store, id, 1, $"w{worker}")));

        var won = Assert.Single(answers, answer => answer.Is<RunClaimed>(out _));
        Assert.True(won.Is<RunClaimed>(out var claimed));
        Assert.Equal((id, 1, false, "tok"),
            (claimed.Message.RunId, claimed.Message.Attempt, claimed.Message.Resume, claimed.Message.Config.TokenizerId));
        Assert.Equal("running", (await StateAsync(store, id)).Status);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_claim_of_another_attempt_or_run_is_refused_and_the_holder_may_repeat_its_claim(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var id = await TrainAsync(store);

        Assert.True((await ClaimAsync(store, id, 2)).Is<ClaimRefused>(out _));
        Assert.True((await ClaimAsync(store, "nothing", 1)).Is<ClaimRefused>(out _));
        Assert.True((await ClaimAsync(store, id, 1)).Is<RunClaimed>(out _));
        Assert.True((await ClaimAsync(store, id, 1)).Is<RunClaimed>(out _));
        Assert.True((await ClaimAsync(store, id, 1, "another")).Is<ClaimRefused>(out _));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_run_may_start_from_the_best_checkpoint_of_another(string database)
    {
        await using var store = await StartTrainingAsync(database);
        var first = await TrainAsync(store);
        Directory.CreateDirectory(Path.Combine(store.Artifacts, "models", first, "checkpoints", "100"));
        await ClaimAsync(store, first, 1);
        await store.TellAsync(
            1, Event.Checkpoint(first, "checkpoints/200", 200), Event.Checkpoint(first, "checkpoints/100", 100, best: true));

        var second = (await store.SendAsync(HttpMethod.Post, "/api/runs/train",
            new { tokenizer_id = "tok", corpus_path = "corpus.txt", start_from = first })).GetProperty("run_id").GetString() ?? "";

        Assert.True((await ClaimAsync(store, second, 1)).Is<RunClaimed>(out var claimed));
        Assert.Equal($"models/{first}/checkpoints/100", claimed.Message.StartFromPath);
    }

    private static Task GiveModelAsync(StoreHost store, string type)
    {
        var folder = Directory.CreateDirectory(Path.Combine(store.Corpus, type)).FullName;
        return File.WriteAllTextAsync(Path.Combine(folder, "config.json"), $$"""{"model_type":"{{type}}"}""");
    }
}
