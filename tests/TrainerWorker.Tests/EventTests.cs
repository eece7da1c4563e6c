using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.TrainerWorker.Events;

namespace Trainyard.TrainerWorker.Tests;

public class EventTests(RedisServer redis)
{
    private static readonly EventSender Sender = new(Worker: new("w", "r", 1));

    [Fact]
    public async Task While_the_store_is_away_the_oldest_metrics_go_and_everything_else_waits()
    {
        var store = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        var stored = new List<RunEvent>();
        await using var queue = new RunEventQueue("trainer/r/1", Sender, maxDroppable: 3, async (batch, _) =>
        {
            asked.TrySetResult();
            await store.Task;
            stored.AddRange(batch.Requests.SelectMany(request => request.Events));
        }, TimeProvider.System, NullLogger.Instance);

        queue.Add(Line("first"));
        await asked.Task;
        for (var step = 1; step <= 10; step++)
        {
            queue.Add(Metric(step), mayBeDropped: true);
            queue.Add(Line($"after {step}"));
        }
        store.SetResult();
        await queue.DrainAsync(CancellationToken.None);

        Assert.Equal(7, queue.Dropped);
        Assert.Equal([8L, 9, 10], stored.OfType<MetricsLogged>().Select(metrics => metrics.Step ?? 0));
        Assert.Equal(
            ["first", .. Enumerable.Range(1, 10).Select(step => $"after {step}")],
            stored.OfType<LogWritten>().Select(line => line.Message));
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_sent_again_under_the_same_key()
    {
        var keys = new List<string?>();
        await using var queue = new RunEventQueue("trainer/r/1", Sender, 10, (batch, _) =>
        {
            keys.AddRange(batch.Requests.Select(request => request.Key));
            return keys.Count < 3 ? throw new TimeoutException("No answer.") : Task.CompletedTask;
        }, TimeProvider.System, NullLogger.Instance);

        queue.Add(Line("one"));
        await queue.DrainAsync(CancellationToken.None);
        queue.Add(Line("two"));
        await queue.DrainAsync(CancellationToken.None);

        Assert.Equal(["trainer/r/1:0", "trainer/r/1:0", "trainer/r/1:0", "trainer/r/1:1"], keys);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_misses_nothing_and_the_lease_is_kept_until_it_knows()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        host.Store.Failures = 4;
        var run = await host.QueueAsync(WorkerHost.Config);
        var stop = await host.EndOfAsync(run);

        Assert.Equal(RunStatus.Completed, stop.Status);
        Assert.IsType<RunStopped>(host.Store.EventsOf(run)[^1]);
        Assert.Equal(host.Store.EventsOf(run).Count, host.Store.EventsOf(run).DistinctBy(runEvent => runEvent.EventId).Count());
        Assert.Equal(2, host.Store.EventsOf(run).OfType<CheckpointSaved>().Count());
    }

    [Fact]
    public async Task What_is_under_way_or_waits_is_known_as_not_stored()
    {
        var store = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var queue = new RunEventQueue("trainer/r/1", Sender, maxDroppable: 3, async (_, _) =>
        {
            asked.TrySetResult();
            await store.Task;
        }, TimeProvider.System, NullLogger.Instance);

        queue.Add(Metric(1));
        await asked.Task;
        queue.Add(Metric(2));

        Assert.Equal([1L, 2], queue.Unstored.OfType<MetricsLogged>().Select(metrics => metrics.Step ?? 0));
        store.SetResult();
        await queue.DrainAsync(CancellationToken.None);
        Assert.Empty(queue.Unstored);
    }

    [Fact]
    public async Task Values_that_were_not_stored_when_a_worker_was_lost_are_reported_by_the_next_attempt()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        host.Store.Failures = int.MaxValue;
        var run = await host.QueueAsync(WorkerHost.Endless with { CheckpointEvery = 10 });
        var saved = Path.Combine(host.RunFolder(run).Path, ".tmp-attempts", "1", "checkpoints");
        await Wait.UntilAsync(() => Directory.Exists(Path.Combine(saved, "10")));
        await host.Redis.StringSetAsync(RedisKeys.Heartbeat(run), "somebody-else 2 now");
        // It has given the run up once it asks for another.
        var other = await host.QueueAsync(WorkerHost.Config);
        await Wait.UntilAsync(() => host.Store.ClaimsOf(other) > 0);
        host.Store.Failures = 0;
        await host.EndOfAsync(other);
        await host.Redis.KeyDeleteAsync(RedisKeys.Heartbeat(run));
        await host.QueueAsync(WorkerHost.Endless with { CheckpointEvery = 10 }, run, attempt: 2);
        await Wait.UntilAsync(() => host.Store.EventsOf(run).OfType<CheckpointSaved>().Any());

        var events = host.Store.EventsOf(run);
        var steps = events.OfType<MetricsLogged>().Select(metrics => metrics.Step ?? 0).ToList();
        Assert.Equal(1, Assert.Single(events.OfType<RunResumed>()).FromStep);
        Assert.Equal([1L, 5, 10], steps.Take(3));
        Assert.All(events, runEvent => Assert.Equal(2, runEvent.Attempt));
        Assert.All(events.OfType<CheckpointSaved>(), checkpoint => Assert.Contains(checkpoint.Step ?? 0, steps));
    }

    [Fact]
    public async Task Whoever_listens_on_Redis_hears_the_run()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString, ("EVENTS:BATCH_EVERY", "5"));
        var run = Identifier.Create("run");
        var heard = new ConcurrentQueue<JsonElement>();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal("trainer:events"), (_, message) =>
        {
            var json = JsonDocument.Parse(message.ToString()).RootElement;
            if (json.GetProperty("run_id").GetString() == run)
            {
                heard.Enqueue(json);
            }
        });
        await host.QueueAsync(WorkerHost.Config with { UserId = "ada" }, run);
        await host.EndOfAsync(run);
        await Wait.UntilAsync(() => heard.Any(json => json.GetProperty("type").GetString() == "trainer.train.completed.v1"));
        var byType = heard.ToLookup(json => json.GetProperty("type").GetString());

        Assert.Equal("ada", heard.First().GetProperty("user_id").GetString());
        Assert.Equal([5, 10, 15, 20], byType["trainer.train.batch.v1"].Select(json => json.GetProperty("batch").GetInt32()));
        Assert.True(byType["trainer.train.batch.v1"].First().GetProperty("batch_loss").GetDouble() > 0);
        Assert.True(byType["trainer.train.best.v1"].First().GetProperty("val_loss").GetDouble() > 0);
        Assert.Equal(1, byType["trainer.train.started.v1"].Single().GetProperty("total_epochs").GetInt32());
        Assert.Contains("model.safetensors", byType["trainer.train.artifact.v1"].Select(json => json.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("paused")]
    public async Task A_run_that_is_stopped_has_not_failed(string reason)
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = Identifier.Create("run");
        var heard = new ConcurrentQueue<JsonElement>();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(RedisKeys.RunEvents(run)),
            (_, message) => heard.Enqueue(JsonElement.Parse(message.ToString())));
        await host.QueueAsync(WorkerHost.Endless, run);
        await host.UntilStepAsync(run, 5);
        host.Redis.StringSet(reason == "paused" ? RedisKeys.PauseRequested(run) : RedisKeys.Cancelled(run), "1");

        await host.EndOfAsync(run);
        await Wait.UntilAsync(() => heard.Any(json => json.GetProperty("type").GetString() == "trainer.train.stopped.v1"));

        Assert.Equal(reason, heard.Last().GetProperty("reason").GetString());
        Assert.DoesNotContain("trainer.train.failed.v1", heard.Select(json => json.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData(false, null, null, true)]
    [InlineData(true, null, null, false)]
    [InlineData(true, null, 5L, true)]
    [InlineData(true, 5L, 5L, false)]
    [InlineData(true, 5L, 6L, true)]
    public void An_attempt_that_got_further_or_is_not_the_last_is_followed_by_another(
        bool isLast, long? before, long? reached, bool retried)
    {
        var claim = new RunClaimed("r", 2, WorkerHost.Config, Resume: true, FromStep: null, StartFromPath: null)
        {
            IsLastTry = isLast,
            ProgressStep = before
        };

        Assert.Equal(retried, claim.MayBeRetried(reached));
    }

    [Fact]
    public async Task What_a_heartbeat_says_can_not_lag_behind_the_step()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString);
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);

        Assert.All(host.Store.EventsOf(run).OfType<RunHeartbeat>(), beat => Assert.DoesNotContain(beat.Message ?? "", char.IsAsciiDigit));
    }

    private static LogWritten Line(string message) =>
        new() { EventId = Guid.NewGuid(), RunId = "r", Time = DateTimeOffset.UnixEpoch, Level = "info", Message = message };

    private static MetricsLogged Metric(long step) =>
        new()
        {
            EventId = Guid.NewGuid(),
            RunId = "r",
            Time = DateTimeOffset.UnixEpoch,
            Step = step,
            Measurements = new Dictionary<string, double>(),
        };
}
