using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>Whoever speaks for a run that is not theirs, over HTTP or after a long sleep, changes nothing of it.</summary>
[Collection(OneSystemAtATime.Name)]
public sealed class SpeakingTests(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_key_for_posting_can_neither_rewind_nor_end_nor_redo_a_run_that_is_being_trained()
    {
        var master = $"master-{Guid.NewGuid():N}";
        var environment = new Dictionary<string, string>(StandaloneStartTests.Data(data.Path), StringComparer.Ordinal)
        {
            ["SECURITY__API_KEY"] = master,
            ["SECURITY__KEYS_FILE"] = data.File("keys.json"),
        };
        string key;
        await using (var command = await TrainyardProcess.RunToEndAsync(
            "Standalone", environment, "keys", "create", "--name", "job", "--scope", "ingest"))
        {
            key = command.Output.Split('\n').First(line => line.StartsWith("key-", StringComparison.Ordinal)).Split(": ")[1].Trim();
        }
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", environment);
        using var client = new TrainyardClient(standalone.Address);
        client.Http.DefaultRequestHeaders.Add("X-Api-Key", master);
        using var job = new HttpClient { BaseAddress = standalone.Address };
        job.DefaultRequestHeaders.Add("X-Api-Key", key);
        var runId = await client.StartRunAsync(Config(await client.TrainTokenizerAsync("docs", 512), steps: 400));
        await client.UntilAsync($"/api/runs/{runId}/checkpoints", page => page["items"]?.AsArray().Count >= 2, Limit);

        foreach (var said in (string[])[
            """ "event":"ml.run.resume","metadata":{"step":0} """,
            """ "event":"ml.run.stop","metadata":{"success":true} """,
            """ "event":"ml.run.start","metadata":{"name":"mine"},"model_run_id":"mine" """,
            """ "event":"ml.run.heartbeat","metadata":{"step":1,"message":"mine"} """,
            """ "event":"ml.run.checkpoint","metadata":{"path":"checkpoints/9999","step":9999,"is_best":true} """,
            """ "event":"ml.run.artifact","metadata":{"path":"model.safetensors","kind":"mine"} """,
            """ "event":"ml.run.metric","metadata":{"step":1},"measurements":{"train_loss":"NaN"} """,
            """ "event":"ml.run.metric","metadata":{"step":1},"measurements":{"mmlu":0.4} """])
        {
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync(job, "/api/events/ml", $$"""{"trial_id":"{{runId}}",{{said}}}"""));
        }
        Assert.Equal(
            HttpStatusCode.Conflict,
            await PostAsync(job, $"/api/runs/{runId}/metrics", """[{"step":1,"metrics":{"val_loss":0}}]"""));
        Assert.Equal(
            HttpStatusCode.Conflict,
            await PostAsync(client.Http, $"/api/runs/{runId}/checkpoints", """{"path":"checkpoints/40","step":40}"""));
        using (var upload = await client.Http.PutAsync(
            new Uri($"/api/artifacts/models/{runId}/notes.txt", UriKind.Relative), new StringContent("weights")))
        {
            Assert.Equal(HttpStatusCode.Conflict, upload.StatusCode);
        }

        var run = await client.RunEndsAsync(runId, "completed", Limit);

        Assert.Equal(
            (1, runId, null),
            (run["attempt"]?.GetValue<int>(), TrainyardClient.Text(run, "name"), run["experiment_id"]?.GetValue<string>()));
        Assert.Equal([1L, .. Enumerable.Range(1, 20).Select(at => at * 20L)], await StepsAsync(client, runId));
        var log = (await client.GetAsync($"/api/runs/{runId}/logs?limit=1000")).ToString();
        Assert.Contains("of external senders were dropped", log, StringComparison.Ordinal);
        Assert.Contains("mmlu", run["metrics"]?.ToString() ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("9999", (await client.GetAsync($"/api/runs/{runId}/checkpoints")).ToString(), StringComparison.Ordinal);
        AssertPublished(data.File("artifacts", "models", runId), attempt: 1);
    }

    [Fact]
    public async Task A_worker_that_wakes_up_after_its_successor_has_taken_over_ruins_nothing()
    {
        await using var system = await DistributedSystem.StartAsync(
            postgres, rabbitMq, redis, data.File("artifacts"), new(Workers: 2), new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["TRAINER__LEASE_SECONDS"] = "8",
                ["TRAINER__RENEW_SECONDS"] = "2",
                ["RUNS__LEASE_GRACE_SECONDS"] = "2",
                ["RUNS__RECONCILE_EVERY_SECONDS"] = "1",
            });
        using var client = new TrainyardClient(system.Address);
        await client.ReadyAsync(Limit);
        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(Config(tokenizer, steps: 600));
        await client.UntilAsync($"/api/runs/{runId}/checkpoints", page => page["items"]?.AsArray().Count >= 2, Limit);
        var attempt = (await client.GetAsync($"/api/runs/{runId}"))["attempt"]?.GetValue<int>() ?? 0;
        var zombie = Assert.Single(system.Workers, worker =>
            worker.Output.Contains($"Training {runId}, attempt {attempt}\"", StringComparison.Ordinal));
        await zombie.PauseAsync();
        await client.UntilAsync(
            $"/api/runs/{runId}/checkpoints",
            page => page["items"]?.AsArray().Any(one => one?["attempt"]?.GetValue<int>() > attempt) == true,
            Limit);

        // The successor trains: what the other one had in its hands falls now.
        await zombie.ResumeAsync();
        for (var watch = Stopwatch.StartNew();
            !zombie.Output.Contains($"Abandoned {runId}: attempt {attempt} ", StringComparison.Ordinal);
            await Task.Delay(100))
        {
            Assert.True(watch.Elapsed < Limit, "The worker that woke up goes on.");
        }
        var run = await client.RunEndsAsync(runId, "completed", Limit);

        var folder = data.File("artifacts", "models", runId);
        AssertPublished(folder, run["attempt"]?.GetValue<int>() ?? 0);
        Assert.Equal([1L, .. Enumerable.Range(1, 30).Select(at => at * 20L)], await StepsAsync(client, runId));
        var registered = (await client.GetAsync($"/api/artifacts/models/{runId}"))["registered"]?.AsArray()
            .First(one => one?["path"]?.GetValue<string>() == "model.safetensors");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors")))),
            registered?["sha256"]?.GetValue<string>());
    }

    public void Dispose() => data.Dispose();

    private static object Config(string tokenizer, int steps) => new
    {
        tokenizer_id = tokenizer,
        corpus_path = "docs",
        model_size = "nano",
        max_steps = steps,
        checkpoint_every = 40,
        eval_every = 200,
        log_every = 20,
        dropout = 0.1,
        seed = 7,
        threads = 1,
    };

    /// <summary>Everything the run shows is of the attempt that made it, and nothing is left of the others.</summary>
    private static void AssertPublished(string folder, int attempt)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        Assert.Equal((attempt, "completed"), (manifest?["attempt"]?.GetValue<int>() ?? 0, manifest?["status"]?.GetValue<string>()));
        foreach (var artifact in manifest?["artifacts"]?.AsArray() ?? [])
        {
            var path = Path.Combine(folder, artifact?["name"]?.GetValue<string>() ?? "");
            Assert.Equal(artifact?["sha256"]?.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        }
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(folder, "checkpoints")));
        Assert.Equal(
            [$"{attempt}"],
            Directory.GetDirectories(Path.Combine(folder, ".tmp-attempts")).Select(path => Path.GetFileName(path) ?? ""));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, ".tmp-attempts", $"{attempt}")));
    }

    private static async Task<List<long>> StepsAsync(TrainyardClient client, string runId)
    {
        var history = await client.GetAsync($"/api/runs/{runId}/metrics?keys=train_loss&max_points=100000");
        return [.. history["series"]?[0]?["points"]?.AsArray().Select(point => point?["step"]?.GetValue<long>() ?? -1) ?? []];
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return response.StatusCode;
    }
}
