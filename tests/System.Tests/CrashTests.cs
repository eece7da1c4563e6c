using System.Net;
using System.Text.Json.Nodes;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>What <c>kill -9</c> may not cost.</summary>
public sealed class CrashTests : IDisposable
{
    private static readonly TimeSpan TrainingLimit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_run_killed_in_mid_training_goes_on_by_itself_and_ends_with_the_same_weights()
    {
        string tokenizer, uninterrupted, killed;
        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            tokenizer = await client.TrainTokenizerAsync("docs", 512);
            uninterrupted = await client.StartRunAsync(Config(tokenizer));
            await client.RunEndsAsync(uninterrupted, "completed", TrainingLimit);

            killed = await client.StartRunAsync(Config(tokenizer));
            await client.UntilAsync($"/api/runs/{killed}/checkpoints", page => page["items"]?.AsArray().Count >= 2, TrainingLimit);
            var computing = standalone.Children;
            Assert.NotEmpty(computing);
            await standalone.KillAsync();
            await Wait.UntilAsync(() => computing.All(id => !Directory.Exists($"/proc/{id}")));
        }
        Assert.False(File.Exists(Weights(killed)), "It had ended before it was killed.");

        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            var run = await client.RunEndsAsync(killed, "completed", TrainingLimit);

            Assert.True(run["attempt"]?.GetValue<int>() >= 2, run.ToString());
            Assert.Equal(await File.ReadAllBytesAsync(Weights(uninterrupted)), await File.ReadAllBytesAsync(Weights(killed)));
            Assert.Equal(await LossesAsync(client, uninterrupted), await LossesAsync(client, killed));
        }
    }

    [Fact]
    public async Task Every_acknowledged_event_is_there_after_a_kill_and_none_twice()
    {
        const int Senders = 8;
        var acknowledged = new int[Senders];
        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            var enough = new TaskCompletionSource();
            var senders = Enumerable.Range(0, Senders)
                .Select(sender => SendUntilItDiesAsync(client, sender, acknowledged, enough)).ToArray();
            await enough.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await standalone.KillAsync();
            await Task.WhenAll(senders);
        }

        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            for (var sender = 0; sender < Senders; sender++)
            {
                var before = await StepsAsync(client, sender);
                Assert.Equal(before.Distinct(), before);
                Assert.Empty(Enumerable.Range(0, acknowledged[sender]).Select(step => (long)step).Except(before));

                // The sender can't know whether its last request arrived: it repeats all it is unsure of under the same keys.
                for (var step = 0; step <= acknowledged[sender]; step++)
                {
                    Assert.Equal(HttpStatusCode.Accepted, await PostStepAsync(client, sender, step));
                }
                Assert.Equal(Enumerable.Range(0, acknowledged[sender] + 1).Select(step => (long)step), await StepsAsync(client, sender));
            }
        }
    }

    public void Dispose() => data.Dispose();

    private Task<TrainyardProcess> StartAsync() =>
        TrainyardProcess.StartReadyAsync("Standalone", ShortLease.With(StandaloneStartTests.Data(data.Path)));

    private string Weights(string runId) => data.File("artifacts", "models", runId, "model.safetensors");

    private static object Config(string tokenizer) => new
    {
        tokenizer_id = tokenizer,
        corpus_path = "docs",
        model_size = "nano",
        max_steps = 400,
        checkpoint_every = 40,
        eval_every = 100,
        log_every = 20,
        dropout = 0.1,
        seed = 7,
        threads = 1,
    };

    private static async Task<List<string>> LossesAsync(TrainyardClient client, string runId)
    {
        var points = await PointsAsync(client, runId, "train_loss");
        return [.. points.Select(point => $"{point["step"]}: {point["value"]}")];
    }

    private static async Task<List<long>> StepsAsync(TrainyardClient client, int sender)
    {
        var points = await PointsAsync(client, $"sender-{sender}", "value");
        return [.. points.Select(point => point["step"]?.GetValue<long>() ?? -1)];
    }

    private static async Task<IEnumerable<JsonNode>> PointsAsync(TrainyardClient client, string runId, string key)
    {
        var history = await client.GetAsync($"/api/runs/{runId}/metrics?keys={key}&max_points=100000");
        return history["series"]?[0]?["points"]?.AsArray().OfType<JsonNode>() ?? throw new InvalidOperationException(history.ToString());
    }

    private static async Task SendUntilItDiesAsync(TrainyardClient client, int sender, int[] acknowledged, TaskCompletionSource enough)
    {
        const int Enough = 40;
        try
        {
            while (await PostStepAsync(client, sender, acknowledged[sender]) == HttpStatusCode.Accepted)
            {
                if (++acknowledged[sender] == Enough)
                {
                    enough.TrySetResult();
                }
            }
        }
        catch (HttpRequestException)
        {
            // The process is gone: what was not acknowledged is not counted.
        }
    }

    private static Task<HttpStatusCode> PostStepAsync(TrainyardClient client, int sender, int step) => client.PostEventsAsync(
        $$$"""
        {"event":"ml.run.metric","trial_id":"sender-{{{sender}}}","metadata":{"step":{{{step}}}},"measurements":{"value":{{{step}}}}}
        """,
        $"sender-{sender}:{step}");
}
