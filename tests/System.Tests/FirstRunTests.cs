using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>The whole main job, as a newcomer does it.</summary>
public sealed class FirstRunTests : IDisposable
{
    private static readonly TimeSpan TrainingLimit = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task Trains_a_tokenizer_and_a_model_and_leaves_everything_behind()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("libraries", 1024);

        var runId = await client.StartRunAsync(new
        {
            tokenizer_id = tokenizer,
            corpus_path = "libraries",
            model_size = "nano",
            num_epochs = 2,
            name = "first",
        });
        var run = await client.RunEndsAsync(runId, "completed", TrainingLimit);

        Assert.Equal("first", TrainyardClient.Text(run, "name"));
        var losses = await ValuesAsync(client, runId, "val_loss");
        Assert.True(losses.Count >= 2, string.Join(' ', losses));
        Assert.True(losses[^1] < losses[0] - 0.1, $"Validation loss went from {losses[0]} to {losses[^1]}.");
        Assert.All(
            [
                "model.safetensors", "config.json", "tokenizer.json", "manifest.json", "logs.jsonl", "eval/metrics.json",
                "eval/samples.jsonl",
            ],
            file => Assert.True(new FileInfo(data.File("artifacts", "models", runId, file)) is { Exists: true, Length: > 0 }, file));
        await AssertManifestTellsTheTruthAsync(runId);

        var sample = await client.PostAsync($"/api/runs/{runId}/generate", new { prompt = "public ", max_new_tokens = 8, seed = 1 });
        Assert.NotEmpty(TrainyardClient.Text(sample, "text"));
    }

    [Fact]
    public async Task A_run_can_be_cancelled_while_it_trains()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(new
        {
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 1_000_000,
        });
        await client.UntilAsync($"/api/runs/{runId}", run => TrainyardClient.Text(run, "status") == "running", TrainingLimit);

        await client.PostAsync($"/api/runs/{runId}/cancel", new { });

        await client.RunEndsAsync(runId, "cancelled", TimeSpan.FromSeconds(30));
    }

    public void Dispose() => data.Dispose();

    private async Task AssertManifestTellsTheTruthAsync(string runId)
    {
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(data.File("artifacts", "models", runId, "manifest.json")));
        var artifacts = manifest?["artifacts"]?.AsArray() ?? [];
        var weights = Assert.Single(artifacts, artifact => artifact?["name"]?.GetValue<string>() == "model.safetensors");
        await using var file = File.OpenRead(data.File("artifacts", "models", runId, "model.safetensors"));
        Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(file)), weights?["sha256"]?.GetValue<string>());
    }

    private static async Task<List<double>> ValuesAsync(TrainyardClient client, string runId, string key)
    {
        var history = await client.GetAsync($"/api/runs/{runId}/metrics?keys={key}");
        var points = history["series"]?[0]?["points"]?.AsArray() ?? throw new InvalidOperationException(history.ToString());
        return [.. points.OfType<JsonNode>().Select(point => point["value"]?.GetValue<double>() ?? double.NaN)];
    }
}
