using Trainyard.Models.Gpt2;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Two attempts of one run, of which the earlier one sleeps and wakes up at the worst moment.</summary>
public sealed class AttemptFolderTests : IDisposable
{
    private readonly Scratch scratch = new();

    private static TrainingPlan Plan { get; } = new()
    {
        Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
        BatchSize = 8,
        Threads = 1,
        MaxSteps = 20,
        EvalEvery = 5,
    };

    private RunFolder Run => new(scratch["run"]);

    private TrainingRunInputs Inputs => new()
    {
        RunId = "run",
        Folder = Run,
        TokenizerFile = scratch.Tokenizer,
        CorpusPath = scratch.Text,
        CacheFolder = scratch["cache"],
    };

    [Fact]
    public void What_an_attempt_writes_is_seen_once_it_is_published()
    {
        var attempt = AttemptFolder.Open(Run, 1);
        attempt.Write("model.safetensors", Text("one"));
        Assert.False(File.Exists(Run.Weights));
        attempt.Publish("model.safetensors");
        attempt.Publish("model.safetensors");

        Assert.Equal("one", File.ReadAllText(Run.Weights));
        attempt.Close();
        Assert.Empty(Directory.GetFileSystemEntries(attempt.Path));
    }

    [Fact]
    public void An_attempt_that_was_taken_over_can_neither_write_nor_publish_nor_delete()
    {
        var first = AttemptFolder.Open(Run, 1);
        first.Write("model.safetensors", Text("of the first"));
        Checkpoint(first, 10);
        var second = AttemptFolder.Open(Run, 2);
        Checkpoint(second, 20);
        second.Publish("checkpoints/20");
        second.Write("model.safetensors", Text("of the second"));
        second.Publish("model.safetensors");

        Assert.True(first.IsOver);
        Assert.Throws<AttemptOverException>(() => first.Publish("model.safetensors"));
        Assert.Throws<AttemptOverException>(() => first.Publish("checkpoints/10"));
        Assert.Throws<AttemptOverException>(() => first.Delete("checkpoints/20"));
        Assert.ThrowsAny<IOException>(() => first.Write("model.safetensors", Text("of the first, again")));
        Assert.Throws<AttemptOverException>(() => first.Publish("model.safetensors"));
        Assert.Throws<AttemptOverException>(first.Close);
        Assert.Equal("of the second", File.ReadAllText(Run.Weights));
        Assert.True(Directory.Exists(Path.Combine(Run.Checkpoints, "20")));
        Assert.False(Directory.Exists(first.Path));
    }

    [Fact]
    public void An_attempt_that_begins_after_a_later_one_is_over_at_once()
    {
        AttemptFolder.Open(Run, 2).Close();

        Assert.Throws<AttemptOverException>(() => AttemptFolder.Open(Run, 1));
        AttemptFolder.Open(Run, 3).Publish("nothing");
    }

    [Fact]
    public void What_earlier_attempts_saved_and_had_no_time_to_publish_is_kept()
    {
        Checkpoint(AttemptFolder.Open(Run, 1), 10);
        Checkpoint(AttemptFolder.Open(Run, 2), 20);
        var third = AttemptFolder.Open(Run, 3);
        third.Publish("checkpoints/10");
        third.Publish("checkpoints/20");

        Assert.Equal(
            ["10", "20"],
            Directory.GetDirectories(Run.Checkpoints).Select(path => Path.GetFileName(path) ?? "").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Lines_that_a_taken_over_attempt_still_writes_do_not_reach_the_log()
    {
        using var first = AttemptFolder.Open(Run, 1).Append("logs.jsonl");
        first.Add("before");
        using var second = AttemptFolder.Open(Run, 2).Append("logs.jsonl");
        first.Add("too late");
        second.Add("after");

        Assert.Equal(["\"before\"", "\"after\""], File.ReadAllLines(Run.Logs));
    }

    [Fact]
    public void What_was_not_delivered_before_an_unpublished_checkpoint_reaches_the_attempt_that_goes_on_from_it()
    {
        var events = new List<TrainingEvent>();
        var inputs = Inputs with { PublishLater = true, Undelivered = () => "two values"u8.ToArray() };
        var plan = Plan with { KeepCheckpoints = 4 };
        using (var killed = new TrainingRun(
            plan, inputs, happened => Assert.True(happened is not StepMade { Step: 7 }, "Here it is killed.")))
        {
            Assert.ThrowsAny<Exception>(() => killed.Train(new TrainingControl(), CancellationToken.None));
        }
        using var next = new TrainingRun(plan, inputs with { Attempt = 2, Resume = true, Undelivered = null }, events.Add);
        next.Train(new TrainingControl(), CancellationToken.None);

        var found = events.FindIndex(happened => happened is UndeliveredFound);
        Assert.Equal("two values"u8, Assert.IsType<UndeliveredFound>(events[found]).Content.Span);
        Assert.True(found < events.FindIndex(happened => happened is CheckpointWritten { Step: 5 }));
        next.Publish("checkpoints/5");
        Assert.Equal(
            ["config.json", "model.safetensors", "optimizer.safetensors", "state.json"],
            Directory.GetFiles(Path.Combine(Run.Checkpoints, "5")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_that_wakes_up_after_it_was_taken_over_ends_without_a_trace()
    {
        using var zombie = new TrainingRun(Plan, Inputs, happened =>
        {
            // What another worker does while this one is paused.
            if (happened is StepMade { Step: 7 })
            {
                using var next = new TrainingRun(Plan, Inputs with { Attempt = 2, Resume = true }, _ => { });
                next.Train(new TrainingControl(), CancellationToken.None);
            }
        });

        Assert.Throws<AttemptOverException>(() => zombie.Train(new TrainingControl(), CancellationToken.None));
        var manifest = RunManifest.Read(Run.Manifest) ?? throw new InvalidOperationException("There is no manifest.");
        Assert.Equal((2, "completed"), (manifest.Attempt, manifest.Status));
        Assert.All(manifest.Artifacts, file => Assert.True(file.IsIntactIn(Run.Path), file.Name));
    }

    public void Dispose() => scratch.Dispose();

    private static void Checkpoint(AttemptFolder attempt, long step)
    {
        Directory.CreateDirectory(Path.Combine(attempt.Checkpoints, $"{step}"));
        File.WriteAllText(Path.Combine(attempt.Checkpoints, $"{step}", "state.json"), $"{step}");
    }

    private static Action<Stream> Text(string text) => output => output.Write(System.Text.Encoding.UTF8.GetBytes(text));
}
