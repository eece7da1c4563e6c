using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.ExperimentStore.Tests.Training;
using Trainyard.ExperimentStore.Tests.Transfer.Importing;
using Trainyard.Harness;
using Trainyard.TrainerWorker.Tests;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>The training events that the store derives from what it commits.</summary>
public class AnnouncementTests(PostgresServer postgres, RedisServer redis) : TrainingTests(postgres, redis)
{
    private const string Channel = RedisKeys.TrainerEventsChannel;

    private readonly string connection = $"{redis.ConnectionString},channelPrefix={Guid.NewGuid():N}";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_external_run_is_announced_as_it_is_posted(string database)
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var ofRun = await EventListener.OnAsync(connection, RedisKeys.RunEvents("r"));
        await using var store = await StartHeardAsync(database, ("EVENTS:PROGRESS_SECONDS", "0"));

        await store.StoreAsync(Event.Start("r") with
        {
            Hyperparams = JsonElement.Parse("""{"model":"resnet18","user_id":184467440737095516,"epochs":2,"lr":0.1}"""),
        });
        await store.StoreAsync(
            Event.Metrics("r", 1, new() { ["loss"] = 2, ["accuracy"] = 0.25 }), Event.Metric("r", 2, "loss", 1.5),
            Event.Metric("r", 11, "loss", 1), Event.Heartbeat("r") with { Step = 12, TotalSteps = 20, EtaSeconds = 4 });
        await store.StoreAsync(Event.Checkpoint("r", "/home/ada/run/ckpt-12.pt", 12, best: true) with
        {
            Measurements = new Dictionary<string, double> { ["val_accuracy"] = 0.5 },
        });
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed) with
        {
            Measurements = new Dictionary<string, double> { ["val_accuracy"] = 0.75, ["val_loss"] = 0.5 },
        });
        var completed = await listener.UntilAsync<TrainCompleted>();
        await ofRun.UntilAsync<TrainCompleted>();

        Assert.Equal(("started", 2), (listener.Names[0], listener.Of<TrainStarted>().Single().TotalEpochs));
        Assert.Equal([(1L, 2.0, 0.25), (11, 1, null)],
            listener.Of<TrainBatch>().Select(batch => (batch.Batch, batch.BatchLoss ?? 0, batch.BatchAcc)));
        var progress = listener.Of<TrainProgress>().Single(happened => happened.Step == 12);
        Assert.Equal((20L, 4.0), (progress.TotalSteps, progress.EtaSeconds));
        Assert.Equal("ckpt-12.pt", listener.Of<TrainArtifact>().Single().Path);
        Assert.Equal(0.5, listener.Of<TrainBest>().Single().ValAcc);
        Assert.Equal((0.75, 0.5), (completed.ValAcc, completed.ValLoss));
        Assert.All(listener.Events, happened => Assert.Equal(
            ("r", (UserId?)184467440737095516L, "resnet18", 1),
            (happened.RequestId, happened.UserId, happened.ModelId, happened.Attempt)));
        Assert.Equal(listener.Messages, ofRun.Messages);
    }

    [Fact]
    public async Task A_job_that_logs_once_in_an_epoch_has_told_its_epochs()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartHeardAsync("sqlite");

        for (var epoch = 1; epoch <= 3; epoch++)
        {
            var time = Event.Noon.AddSeconds(10 * epoch);
            await store.StoreAsync(
                Event.Metric("r", epoch, "loss", 3 - epoch) with { StepIsEpoch = true, Time = time },
                Event.Metric("r", epoch, "val_accuracy", epoch / 4.0) with { StepIsEpoch = true, Time = time });
        }
        await store.StoreAsync(Event.Metric("r", 4, "loss", 0.5) with { StepIsEpoch = true, Time = Event.Noon.AddSeconds(40) });
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));
        await listener.UntilAsync<TrainCompleted>();

        Assert.Equal(
            [(1L, 2.0, 0.25, null), (2, 1, 0.5, 10.0), (3, 0, 0.75, 10), (4, 0.5, null, 10)],
            listener.Of<TrainEpoch>().Select(epoch => (epoch.Epoch, epoch.TrainLoss ?? -1, epoch.ValAcc, epoch.TimeS)));
        Assert.Empty(listener.Of<TrainBatch>());
    }

    [Fact]
    public async Task Epochs_among_the_values_end_when_the_next_one_begins()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartHeardAsync("sqlite", ("EVENTS:BATCH_EVERY", "0"));

        await store.StoreAsync([.. Enumerable.Range(1, 8).Select(step =>
            Event.Metrics("r", step, new() { ["epoch"] = step / 4.0, ["loss"] = 10 - step }))]);
        await store.StoreAsync(Event.Metric("r", 8, "eval_loss", 1.5), Event.Stop("r", RunStatus.Completed));
        await listener.UntilAsync<TrainCompleted>();

        Assert.Equal([(1L, 6.0, null), (2, 2, 1.5)],
            listener.Of<TrainEpoch>().Select(epoch => (epoch.Epoch, epoch.TrainLoss ?? -1, epoch.ValLoss)));
    }

    [Fact]
    public async Task How_an_external_run_ends_is_told_apart()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartHeardAsync("sqlite");

        await store.StoreAsync(Event.Start("c"), Event.Stop("c", RunStatus.Cancelled));
        await store.StoreAsync(Event.Start("i"), Event.Stop("i", RunStatus.Interrupted));
        await store.StoreAsync(Event.Start("u"), Event.Stop("u", RunStatus.Unknown));
        await store.StoreAsync(Event.Start("f"), Event.Stop("f", RunStatus.Failed) with { Message = "no file /data/x.txt" });
        await store.StoreAsync(
            Event.Start("w"), Event.Stop("w", RunStatus.Failed) with { ErrorKind = "USER_INPUT", Message = "wrong learning rate" });
        await listener.UntilAsync<TrainFailed>(failed => failed.RunId == "w");

        Assert.Equal(
            [("c", TrainStopReason.Cancelled), ("i", TrainStopReason.Shutdown), ("u", TrainStopReason.Shutdown)],
            listener.Of<TrainStopped>().Select(stopped => (stopped.RunId, stopped.Reason)));
        Assert.Equal(
            [("f", TrainErrorKind.System, "no file x.txt"), ("w", TrainErrorKind.User, "wrong learning rate")],
            listener.Of<TrainFailed>().Select(failed => (failed.RunId, failed.ErrorKind, failed.Message)));
        Assert.Empty(listener.Of<TrainCompleted>());
    }

    [Fact]
    public async Task Silence_stops_a_run_a_sign_of_life_starts_it_and_late_values_tell_nothing()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartTrainingAsync(
            "sqlite", ("ConnectionStrings:redis", connection), ("RUNS:SILENCE_SECONDS", "600"));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        Clock.Advance(TimeSpan.FromSeconds(700));
        await Reconciler(store).ReconcileAsync(CancellationToken.None);
        await store.StoreAsync(Event.Metric("r", 2, "val_loss", 1));
        await store.StoreAsync(Event.Stop("r", RunStatus.Completed));
        await store.StoreAsync(Event.Metric("r", 30, "loss", 1), Event.Log("r", "late"), Event.Heartbeat("r"));
        await listener.UntilAsync<TrainCompleted>();
        await listener.UntilQuietAsync(Channel);

        Assert.Equal(
            ["started", "batch", "progress", "stopped", "started", "progress", "completed"], listener.Names);
    }

    [Fact]
    public async Task Of_Trainyards_own_runs_it_tells_what_no_worker_can()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartTrainingAsync(
            "sqlite", ("ConnectionStrings:redis", connection), ("RUNS:LEASE_GRACE_SECONDS", "0"), ("RUNS:MAX_STALLED_ATTEMPTS", "2"));
        var reconciler = Reconciler(store);
        var (queued, dying, told) = (await TrainAsync(store), await TrainAsync(store), await TrainAsync(store));

        await store.SendAsync(HttpMethod.Post, $"/api/runs/{queued}/cancel");
        await ClaimAsync(store, told, 1);
        await store.TellAsync(1, Event.Metric(told, 1, "train_loss", 1, attempt: 1), Event.Stop(told, RunStatus.Completed, attempt: 1));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await ClaimAsync(store, dying, attempt);
            Clock.Advance(TimeSpan.FromMinutes(1));
            await reconciler.ReconcileAsync(CancellationToken.None);
            await reconciler.ReconcileAsync(CancellationToken.None);
        }
        var failed = await listener.UntilAsync<TrainFailed>();
        await listener.UntilQuietAsync(Channel);

        Assert.Equal([(queued, "stopped"), (dying, "stopped"), (dying, "failed")],
            listener.Events.Select(happened => (happened.RunId, happened.Type.Split('.')[2])));
        Assert.Equal([TrainStopReason.Cancelled, TrainStopReason.Retry], listener.Of<TrainStopped>().Select(stopped => stopped.Reason));
        Assert.Equal((TrainErrorKind.System, "gpt2-tiny"), (failed.ErrorKind, failed.ModelId));
        Assert.Contains("without progress", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_and_a_deleted_run_announce_nothing_and_neither_does_a_store_that_may_not()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var source = await StartHeardAsync("sqlite", ("EVENTS:ENABLED", "false"));
        await source.StoreAsync(Event.Start("r"), Event.Metric("r", 1, "loss", 1), Event.Stop("r", RunStatus.Completed));
        await using var target = await StartHeardAsync("sqlite");
        Imports.AssertCompleted(await target.UploadAsync(await source.ExportAsync(), "format=trainyard"));
        await target.SendAsync(HttpMethod.Delete, "/api/runs/r");
        await target.StoreAsync(Event.Start("r") with { Time = DateTimeOffset.UtcNow }, Event.Metric("r", 2, "loss", 1));

        await target.StoreAsync(Event.Start("heard"));
        await listener.UntilAsync<TrainStarted>();

        Assert.Equal(["heard"], listener.Events.Select(happened => happened.RunId));
    }

    [Fact]
    public async Task No_path_key_or_passage_that_a_job_posts_is_passed_on()
    {
        await using var listener = await EventListener.OnAsync(connection, Channel);
        await using var store = await StartHeardAsync("sqlite", ("EVENTS:BATCH_EVERY", "1"), ("EVENTS:PROGRESS_SECONDS", "0"));
        const string Passage = "It was a bright cold day in April, and the clocks were striking thirteen.";

        await store.StoreAsync(
            Event.Start("r") with
            {
                Name = Passage,
                Notes = Passage,
                Source = "/home/ada/train.py",
                Hyperparams = JsonElement.Parse(
                    $$"""{"model":"/home/ada/models/llama","corpus":"{{Passage}}","token":"hunter2-hunter2","api_key":"ty-aaaabbbb"}"""),
                Tags = new Dictionary<string, string> { ["text"] = Passage },
            },
            Event.Log("r", Passage), Event.Metric("r", 1, "loss", 1),
            Event.Checkpoint("r", "/home/ada/ckpt.pt", 1, best: true) with
            {
                Metadata = JsonElement.Parse($$"""{"sample":"{{Passage}}"}"""),
            },
            new ArtifactSaved
            {
                EventId = Guid.NewGuid(),
                RunId = "r",
                Time = Event.Noon,
                Path = "s3://ada:hunter2-hunter2@bucket/home/ada/x?sig=1",
            },
            Event.Heartbeat("r") with { Message = Passage, Step = 2 },
            Event.Stop("r", RunStatus.Failed) with
            {
                ModelPath = "/home/ada/model.bin",
                Message = $"can't read /home/ada/text.txt: '{Passage}' token=hunter2-hunter2",
            });
        await listener.UntilAsync<TrainFailed>();

        Assert.Equal("llama", listener.Events[0].ModelId);
        Assert.All(listener.Messages, message =>
        {
            foreach (var hidden in (string[])["/home", "ada", "clocks", "hunter2", "aaaabbbb", "not-for-any-log"])
            {
                Assert.DoesNotContain(hidden, message, StringComparison.Ordinal);
            }
        });
    }

    private Task<StoreHost> StartHeardAsync(string database, params (string Name, string Value)[] settings) =>
        StartAsync(database, settings: [("ConnectionStrings:redis", connection), .. settings]);
}
