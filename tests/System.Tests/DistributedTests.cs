using System.Net;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(RabbitMqServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]

namespace Trainyard.SystemTests;

/// <summary>The same job on Postgres, RabbitMQ and Redis, through the gateway.</summary>
[Collection(OneSystemAtATime.Name)]
public sealed class DistributedTests(PostgresServer postgres, RabbitMqServer rabbitMq, RedisServer redis) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task Trains_a_run_to_its_end_although_its_worker_is_killed()
    {
        await using var system = await DistributedSystem.StartAsync(
            postgres, rabbitMq, redis, data.File("artifacts"), besides: ShortLease.Settings);
        using var client = new TrainyardClient(system.Address);
        await client.ReadyAsync(Limit);
        Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
            """{"event":"ml.run.metric","trial_id":"outside","measurements":{"loss":0.5}}"""));
        await client.UntilThereAsync("/api/runs/outside", TimeSpan.FromSeconds(30));

        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(new
        {
            tokenizer_id = tokenizer,
            corpus_path = "docs",
            model_size = "nano",
            max_steps = 600,
            checkpoint_every = 50,
            eval_every = 200,
            threads = 1,
        });
        await client.UntilAsync($"/api/runs/{runId}/checkpoints", page => page["items"]?.AsArray().Count >= 1, Limit);
        // On a busy machine a lease may lapse, and the other worker have the run now.
        var attempt = (await client.GetAsync($"/api/runs/{runId}"))["attempt"]?.GetValue<int>() ?? 0;
        var trainer = Assert.Single(system.Workers, worker =>
            worker.Output.Contains($"Training {runId}, attempt {attempt}\"", StringComparison.Ordinal));
        await trainer.KillAsync();

        var run = await client.RunEndsAsync(runId, "completed", Limit);

        Assert.True(run["attempt"]?.GetValue<int>() >= 2, run.ToString());
        Assert.True(File.Exists(data.File("artifacts", "models", runId, "model.safetensors")));
    }

    public void Dispose() => data.Dispose();
}
