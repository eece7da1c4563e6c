using System.Text.Json.Nodes;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>A model's evaluation, asked for over HTTP and made by a worker that is killed in the middle of it.</summary>
public sealed class EvaluationTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task An_evaluation_whose_process_is_killed_is_made_again_and_its_result_is_there()
    {
        string run;
        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            var tokenizer = await client.TrainTokenizerAsync("docs", 512);
            run = await client.StartRunAsync(new
            {
                tokenizer_id = tokenizer,
                corpus_path = "docs",
                model_size = "nano",
                max_steps = 20,
                threads = 1,
            });
            await client.RunEndsAsync(run, "completed", Limit);

            var asked = await client.PostAsync($"/api/runs/{run}/evaluate", new { on = "validation", samples = 16, sample_tokens = 400 });
            Assert.Equal("queued", TrainyardClient.Text(asked, "status"));
            await client.UntilAsync($"/api/runs/{run}/eval", eval => Status(eval) is not "queued", Limit);
            await standalone.KillAsync();
        }

        await using (var standalone = await StartAsync())
        {
            using var client = new TrainyardClient(standalone.Address);
            await client.ReadyAsync(Limit);
            var eval = await client.UntilAsync($"/api/runs/{run}/eval", eval => Status(eval) is "completed" or "failed", Limit);

            Assert.Equal("completed", Status(eval));
            var metrics = Assert.IsType<JsonObject>(eval["metrics"]);
            Assert.Equal(
                TrainyardClient.Text(Assert.IsType<JsonObject>(eval["evaluation"]), "evaluation_id"),
                TrainyardClient.Text(metrics, "evaluation_id"));
            Assert.Equal(metrics["tokens_available"]?.GetValue<long>(), metrics["tokens"]?.GetValue<long>());
            Assert.InRange(metrics["bits_per_byte"]?.GetValue<double>() ?? 0, 1, 8);
            foreach (var artifact in eval["artifacts"]?.AsArray() ?? [])
            {
                using var file = await client.Http.GetAsync(artifact?.GetValue<string>());
                Assert.True(file.IsSuccessStatusCode, artifact?.ToString());
            }
            var latest = await client.GetAsync($"/api/runs/{run}/metrics/latest");
            Assert.Contains("eval/bits_per_byte", latest.ToString(), StringComparison.Ordinal);
            Assert.Equal("completed", TrainyardClient.Text(await client.GetAsync($"/api/runs/{run}"), "status"));
        }
    }

    public void Dispose() => data.Dispose();

    private Task<TrainyardProcess> StartAsync() =>
        TrainyardProcess.StartReadyAsync("Standalone", ShortLease.With(StandaloneStartTests.Data(data.Path)));

    private static string? Status(JsonObject eval) => eval["evaluation"]?["status"]?.GetValue<string>();
}
