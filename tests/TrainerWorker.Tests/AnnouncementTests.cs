using Trainyard.Contracts;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Models.Tests;

namespace Trainyard.TrainerWorker.Tests;

/// <summary>What programs that listen on Redis hear of Trainyard's own training.</summary>
public class AnnouncementTests(RedisServer redis)
{
    private static readonly TrainingConfig Digits = new()
    {
        ModelFamily = "digits",
        ModelSize = "nano",
        CorpusPath = "digits",
        BatchSize = 20,
        LearningRate = 3e-3,
        MaxSteps = 60,
        EvalEvery = 20,
        Threads = 1,
        UserId = "ada",
    };

    private readonly string connection = $"{redis.ConnectionString},channelPrefix={Guid.NewGuid():N}";

    [Fact]
    public async Task A_language_model_is_announced_from_start_to_end_without_batches_where_none_are_wanted()
    {
        await using var listener = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var host = await WorkerHost.StartAsync(connection, ("EVENTS:BATCH_EVERY", "0"), ("EVENTS:PROGRESS_SECONDS", "0"));
        var run = await host.QueueAsync(WorkerHost.Config with { UserId = 42, CheckpointEvery = 5, KeepCheckpoints = 1 });

        var completed = await listener.UntilAsync<TrainCompleted>();

        Assert.Equal(("started", "completed"), (listener.Names[0], listener.Names[^1]));
        Assert.Empty(listener.Of<TrainBatch>());
        Assert.Equal(Enumerable.Range(1, 20).Select(step => (long)step), listener.Of<TrainProgress>().Select(progress => progress.Step));
        Assert.Equal((20, 1, 1), listener.Of<TrainProgress>()[^1] is var last ? (last.TotalSteps, last.Epoch, last.TotalEpochs) : default);
        Assert.Equal(0, listener.Of<TrainProgress>()[^1].EtaSeconds);
        Assert.True(listener.Of<TrainBest>()[0] is { ValLoss: > 0, ValPpl: > 1, ValAcc: null, Epoch: 1 });
        Assert.True(completed is { ValLoss: > 0, ValPpl: > 1, ValAcc: null });
        Assert.Contains("checkpoints/5", listener.Of<TrainArtifact>().Select(artifact => artifact.Path));
        Assert.Contains("model.safetensors", listener.Of<TrainArtifact>().Select(artifact => artifact.Path));
        Assert.True(listener.Of<TrainPrune>()[0].DeletedCount > 0);
        Assert.All(listener.Events, happened => Assert.Equal(
            (run, run, (UserId?)42, "gpt2-nano", 1),
            (happened.RunId, happened.RequestId, happened.UserId, happened.ModelId, happened.Attempt)));
        Assert.Equal(listener.Events.Count, listener.Events.DistinctBy(happened => happened.EventId).Count());
    }

    [Fact]
    public async Task A_run_has_a_channel_of_its_own_with_the_same_events()
    {
        await using var ofAll = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var ofRun = await EventListener.OnAsync(connection, RedisKeys.RunEvents("mine"));
        await using var host = await WorkerHost.StartAsync(connection);
        await host.QueueAsync(WorkerHost.Config, "mine");
        await ofAll.UntilAsync<TrainCompleted>();
        await ofRun.UntilAsync<TrainCompleted>();
        await host.QueueAsync(WorkerHost.Config, "other");
        await ofAll.UntilAsync<TrainCompleted>(completed => completed.RunId == "other");

        Assert.Equal(ofAll.Messages.Where(message => message.Contains("\"mine\"", StringComparison.Ordinal)), ofRun.Messages);
    }

    [Fact]
    public async Task The_digits_have_accuracies_and_a_channel_of_their_own()
    {
        await using var listener = await EventListener.OnAsync(connection, "digits:events");
        await using var language = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var host = await WorkerHost.StartAsync(connection, ("EVENTS:BATCH_EVERY", "20"));
        DigitFiles.Write(Path.Combine(host.Folder, "digits"));
        await host.QueueAsync(Digits);

        var completed = await listener.UntilAsync<TrainCompleted>();
        await language.UntilQuietAsync(RedisKeys.TrainerEventsChannel);

        Assert.Empty(language.Messages);
        Assert.All(listener.Events, happened => Assert.StartsWith("digits.train.", happened.Type, StringComparison.Ordinal));
        Assert.All(listener.Events, happened => Assert.Equal(((UserId?)"ada", "digits-nano"), (happened.UserId, happened.ModelId)));
        Assert.Equal(3, listener.Of<TrainBatch>().Count);
        Assert.All(listener.Of<TrainBatch>(), batch => Assert.InRange(batch.BatchAcc ?? -1, 0, 1));
        Assert.Equal([1L, 2, 3, 4], listener.Of<TrainEpoch>().Select(epoch => epoch.Epoch));
        Assert.All(listener.Of<TrainEpoch>(), epoch => Assert.True(epoch is { ValPpl: null, TrainLoss: > 0, TimeS: > 0 }));
        // The first evaluation is in the second epoch.
        Assert.All(listener.Of<TrainEpoch>().Skip(1), epoch => Assert.True(epoch is { ValAcc: > 0, ValLoss: > 0 }));
        Assert.All(listener.Of<TrainBest>(), best => Assert.True(best is { ValAcc: > 0, ValPpl: null }));
        Assert.True(completed is { ValAcc: > 0.5, ValPpl: null });
        Assert.NotEmpty(listener.Of<TrainProgress>());
    }

    [Fact]
    public async Task Nothing_is_published_where_publishing_is_off()
    {
        await using var listener = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var host = await WorkerHost.StartAsync(connection, ("EVENTS:ENABLED", "false"));
        var run = await host.QueueAsync(WorkerHost.Config);

        Assert.Equal(RunStatus.Completed, (await host.EndOfAsync(run)).Status);
        await host.StopAsync();
        await listener.UntilQuietAsync(RedisKeys.TrainerEventsChannel);
        Assert.Empty(listener.Messages);
    }

    [Fact]
    public async Task What_a_person_did_wrong_is_a_failure_of_the_user()
    {
        await using var listener = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var host = await WorkerHost.StartAsync(connection);
        await host.QueueAsync(WorkerHost.Config with { CorpusPath = "nothing.txt" });

        var failed = await listener.UntilAsync<TrainFailed>();

        Assert.Equal(TrainErrorKind.User, failed.ErrorKind);
        Assert.Contains("nothing.txt", failed.Message, StringComparison.Ordinal);
        Assert.Empty(listener.Of<TrainStopped>());
    }

    [Fact]
    public async Task No_text_no_folder_and_no_key_is_in_any_message()
    {
        await using var language = await EventListener.OnAsync(connection, RedisKeys.TrainerEventsChannel);
        await using var digits = await EventListener.OnAsync(connection, "digits:events");
        await using var host = await WorkerHost.StartAsync(connection, ("EVENTS:BATCH_EVERY", "1"), ("EVENTS:PROGRESS_SECONDS", "0"));
        DigitFiles.Write(Path.Combine(host.Folder, "digits"));
        var secret = Path.Combine(host.Folder, "digits");
        await host.QueueAsync(WorkerHost.Config with { EvalPrompts = ["the sea is"], Notes = "private notes", CheckpointEvery = 5 });
        await host.QueueAsync(WorkerHost.Config with { CorpusPath = "nowhere/of/mine.txt" });
        await host.QueueAsync(WorkerHost.Config with { CorpusPath = secret });
        await host.QueueAsync(WorkerHost.Config with { TokenizerId = "no-such" });
        await host.QueueAsync(Digits);
        await digits.UntilAsync<TrainCompleted>();
        await Wait.UntilAsync(() => language.Of<TrainFailed>().Count == 3 && language.Of<TrainCompleted>().Count == 1);

        string[] secrets = [host.Folder, Path.GetTempPath(), "the ship is small", "the sea is", "private notes", "not-for-any-log"];
        Assert.All([.. language.Messages, .. digits.Messages], message =>
        {
            foreach (var hidden in secrets)
            {
                Assert.DoesNotContain(hidden, message, StringComparison.Ordinal);
            }
        });
    }
}
