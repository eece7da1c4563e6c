using System.Net;
using Aspire.Hosting.ApplicationModel;
using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

[Collection(nameof(RunningAppHost))]
public sealed class DistributedTests(DistributedAppHost host) : IClassFixture<DistributedAppHost>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Every_resource_becomes_healthy_and_logs_no_error_on_the_way()
    {
        var running = await host.RunningAsync();

        foreach (var resource in running.Model.Resources
            .Where(resource => !resource.TryGetLastAnnotation<ExplicitStartupAnnotation>(out _)))
        {
            await running.Notifications.WaitForResourceHealthyAsync(resource.Name).WaitAsync(Limit);
        }
        Assert.Empty(await running.Dashboard.ErrorsAsync());
    }

    [Fact]
    public async Task A_service_has_as_many_replicas_as_are_set()
    {
        var running = await host.RunningAsync();
        using var limit = new CancellationTokenSource(Limit);
        var replicas = new HashSet<string>(StringComparer.Ordinal);

        await foreach (var change in running.Notifications.WatchAsync(limit.Token))
        {
            if (change.Resource.Name == ResourceNames.EventIngest && change.Snapshot.State?.Text == KnownResourceStates.Running
                && replicas.Add(change.ResourceId) && replicas.Count == DistributedAppHost.IngestReplicas)
            {
                break;
            }
        }

        Assert.Equal(DistributedAppHost.IngestReplicas, replicas.Count);
    }

    [Fact]
    public async Task An_event_is_read_back_and_its_trace_leads_from_the_gateway_to_Postgres()
    {
        var running = await host.RunningAsync();
        using var client = running.Client();

        Assert.Equal(
            HttpStatusCode.Accepted,
            await client.PostEventsAsync("""{"event":"ml.run.metric","trial_id":"outside","measurements":{"loss":0.5}}"""));

        await client.UntilThereAsync("/api/runs/outside", Limit);
        var spans = await running.Dashboard.TraceAcrossAsync(
            "postgresql", Limit, ResourceNames.Gateway, ResourceNames.EventIngest, ResourceNames.ExperimentStore);
        Assert.Contains("POST /api/events", spans.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_need_the_key()
    {
        var running = await host.RunningAsync();
        using var client = new TrainyardClient(running.Endpoint(ResourceNames.Gateway));

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await client.PostEventsAsync("""{"event":"ml.run.metric","trial_id":"stranger","measurements":{"loss":1}}"""));
    }

    [Fact]
    public async Task A_run_is_trained_and_its_files_are_in_the_data_folder()
    {
        var running = await host.RunningAsync();
        using var client = running.Client();

        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        var runId = await client.StartRunAsync(
            new { tokenizer_id = tokenizer, corpus_path = "docs", model_size = "nano", max_steps = 30, threads = 1 });
        await client.RunEndsAsync(runId, "completed", Limit);

        Assert.True(File.Exists(Path.Combine(running.Data, "artifacts", "models", runId, "model.safetensors")));
        Assert.False(Directory.Exists(Repository.PathTo("services", "trainer-worker", "data")));
        Assert.Empty(await running.Dashboard.ErrorsAsync());
    }

    [Fact]
    public async Task The_sample_job_is_started_by_hand_and_posts_its_run_with_the_key()
    {
        var running = await host.RunningAsync();
        using var client = running.Client();

        Assert.True((await running.CommandAsync(ResourceNames.SampleJob, KnownResourceCommands.StartCommand)).Success);
        var ended = await running.UntilAsync(
            ResourceNames.SampleJob, change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text));

        Assert.Equal(0, ended.Snapshot.ExitCode);
        await client.UntilAsync("/api/runs?status=completed&name=sample", page => page["items"]?.AsArray().Count == 1, Limit);
    }

    [Fact]
    public async Task The_demo_is_trained_by_its_command()
    {
        var running = await host.RunningAsync();
        using var client = running.Client();

        var result = await running.CommandAsync(ResourceNames.Gateway, "train-demo");

        Assert.True(result.Success, result.Message);
        var runs = await client.GetAsync("/api/runs?name=demo");
        var runId = runs["items"]?[0]?["run_id"]?.ToString();
        Assert.NotNull(runId);
        using var cancelled = await client.Http.PostAsync(new Uri($"/api/runs/{runId}/cancel", UriKind.Relative), content: null);
        Assert.True(cancelled.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Failed_messages_are_sent_again_by_a_command()
    {
        var running = await host.RunningAsync();

        var result = await running.CommandAsync(ResourceNames.RabbitMq, "replay-errors");

        Assert.True(result.Success, result.Message);
    }

    [Fact]
    public async Task A_backup_holds_the_database_and_the_artifacts()
    {
        var running = await host.RunningAsync();
        Assert.SkipUnless(PathSearch.Has("pg_dump"), "pg_dump is not on the PATH.");
        using var client = running.Client();
        var tokenizer = await client.TrainTokenizerAsync("docs", 300);

        var result = await running.CommandAsync(ResourceNames.Trials, "back-up");

        Assert.True(result.Success, result.Message);
        var backup = Assert.Single(Directory.GetDirectories(Path.Combine(running.Data, "backups")));
        Assert.True(new FileInfo(Path.Combine(backup, "trials.dump")).Length > 0);
        Assert.True(File.Exists(Path.Combine(backup, "artifacts", "tokenizers", tokenizer, "tokenizer.json")));
    }
}
