using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Theory]
    [MemberData(nameof(FamilyTests.Families), MemberType = typeof(FamilyTests))]
    public void The_loss_falls_from_chance_to_what_the_corpus_allows(string family)
    {
        var plan = Scratch.Plan with { Shape = Scratch.ShapeOf(family), MaxSteps = 150, LearningRate = 1e-2 };
        var losses = Train(plan, "a").OfType<StepMade>().Select(step => step.Loss).ToArray();

        Assert.Equal(Math.Log(17), losses[0], 0.2);
        Assert.InRange(losses[^10..].Average(), 0, 1.6);
    }

    [Theory]
    [MemberData(nameof(FamilyTests.Families), MemberType = typeof(FamilyTests))]
    public void In_bfloat16_the_loss_falls_as_it_does_in_float32(string family)
    {
        var plan = Scratch.Plan with { Shape = Scratch.ShapeOf(family), MaxSteps = 60, LearningRate = 1e-2 };
        var single = Train(plan, "single").OfType<StepMade>().Select(step => step.Loss).ToArray();
        var half = Train(plan with { Precision = Precision.Bf16 }, "half").OfType<StepMade>().Select(step => step.Loss).ToArray();

        Assert.NotEqual(single, half);
        Assert.Equal(single[0], half[0], 0.01);
        Assert.Equal(single[^10..].Average(), half[^10..].Average(), 0.1);
    }

    [Fact]
    public void Two_small_batches_make_the_step_of_a_large_one()
    {
        var plan = Scratch.Plan with { MaxSteps = 5 };
        var large = Train(plan with { BatchSize = 16 }, "large").OfType<StepMade>().ToArray();
        var small = Train(plan with { BatchSize = 8, GradientAccumulation = 2 }, "small").OfType<StepMade>().ToArray();

        Assert.Equal(large.Select(step => step.Loss), small.Select(step => step.Loss), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(large.Select(step => step.GradientNorm), small.Select(step => step.GradientNorm), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData("gpt2", 0, 1, Precision.Fp32)]
    [InlineData("gpt2", 0.2, 1, Precision.Fp32)]
    [InlineData("gpt2", 0.2, 3, Precision.Fp32)]
    [InlineData("gpt2", 0.2, 3, Precision.Bf16)]
    [InlineData("llama", 0.2, 1, Precision.Fp32)]
    [InlineData("qwen", 0.2, 1, Precision.Bf16)]
    public void A_resumed_run_ends_bit_for_bit_like_an_uninterrupted_one(
        string family, double dropout, int accumulation, Precision precision)
    {
        var plan = Scratch.Plan with
        {
            Shape = Scratch.ShapeOf(family),
            Threads = 2,
            Dropout = dropout,
            GradientAccumulation = accumulation,
            Precision = precision,
            MaxSteps = 40,
            EvalEvery = 7,
            BatchSize = 16,
        };
        var whole = Train(plan, "whole").OfType<StepMade>().ToArray();

        var control = new TrainingControl();
        Train(plan, "broken", control, stepMade =>
        {
            if (stepMade.Step == 23)
            {
                control.Stop(StopReason.Interrupted);
            }
        });
        var rest = Train(plan, "broken").OfType<StepMade>().ToArray();

        Assert.Equal(24, rest[0].Step);
        Assert.Equal(whole[23..].Select(Numbers), rest.Select(Numbers));
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(scratch["whole"], "40", file)),
                File.ReadAllBytes(Path.Combine(scratch["broken"], "40", file)));
        }

        static (double, double, double, double, int, long) Numbers(StepMade step) =>
            (step.Loss, step.EpochLoss, step.GradientNorm, step.LearningRate, step.Epoch, step.Batch);
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        Train(Scratch.Plan, "run");
        var weights = Path.Combine(scratch["run"], "12", "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^5] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var messages = new List<string>();

        Assert.Equal(8, new CheckpointStore(scratch["run"]).NewestIntact(null, messages.Add)?.State.Step);
        Assert.Contains("Checkpoint 12 is damaged: model.safetensors", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Going_on_from_an_earlier_step_replaces_what_came_after()
    {
        Train(Scratch.Plan, "run");
        var store = new CheckpointStore(scratch["run"]);
        var first = store.NewestIntact(atOrBefore: 7, _ => { }) ?? throw new InvalidOperationException("There is a checkpoint at 4.");

        using var task = new LanguageModelTask(Scratch.Plan, scratch.Corpus());
        using var loop = new TrainingLoop(task, store, _ => { });
        loop.Resume(first);

        Assert.Equal(4, loop.State.Step);
        Assert.Equal([4L], store.Steps);
    }

    [Fact]
    public void The_newest_checkpoints_stay_and_so_does_the_best()
    {
        var best = 0L;
        Train(Scratch.Plan with { MaxSteps = 400, EvalEvery = 20, KeepCheckpoints = 2, LearningRate = 3e-2 }, "run", onEvent: e =>
            best = e is Evaluated { IsBest: true } evaluated ? evaluated.Step : best);
        var steps = new CheckpointStore(scratch["run"]).Steps;

        Assert.NotEqual(400, best);
        Assert.Contains(best, steps);
        Assert.Equal([400L, 380], steps.Take(2));
        Assert.InRange(steps.Count, 2, 3);
    }

    [Fact]
    public void Training_stops_when_validation_no_longer_improves()
    {
        var events = Train(Scratch.Plan with { MaxSteps = 4000, EvalEvery = 10, LearningRate = 3e-2, EarlyStoppingPatience = 2 }, "run");
        var evaluations = events.OfType<Evaluated>().ToArray();

        Assert.InRange(evaluations[^1].Step, 30, 3990);
        Assert.Equal([false, false], evaluations[^2..].Select(evaluated => evaluated.IsBest));
        Assert.True(evaluations[^3].IsBest);
    }

    [Fact]
    public void A_checkpoint_can_be_asked_for_while_it_trains()
    {
        var control = new TrainingControl();
        var events = Train(
            Scratch.Plan with { EvalEvery = null, MaxSteps = 6 }, "run", control, step =>
            {
                if (step.Step == 3)
                {
                    control.CheckpointNow();
                }
            });

        Assert.Equal([3L, 6], events.OfType<CheckpointWritten>().Select(written => written.Step));
    }

    [Fact]
    public void Divergence_ends_the_run_with_advice()
    {
        var failure = Assert.Throws<TrainingException>(
            () => Train(Scratch.Plan with { LearningRate = 1e30, GradClip = 0, MaxSteps = 50 }, "run"));

        Assert.Equal(FailureKind.UserInput, failure.Kind);
        Assert.Contains("learning_rate below", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_smaller_than_a_window_is_refused_with_numbers()
    {
        using var corpus = scratch.Corpus(tokens: 8);
        var failure = Assert.Throws<TrainingException>(() => new LanguageModelTask(Scratch.Plan, corpus).Dispose());

        Assert.Contains("7 training tokens", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_abandoned_run_writes_nothing_more()
    {
        using var abandoned = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Train(Scratch.Plan with { CheckpointEvery = 5 }, "run",
            onStep: step =>
            {
                if (step.Step == 4)
                {
                    abandoned.Cancel();
                }
            }, abandoned: abandoned.Token));
        Assert.Empty(new CheckpointStore(scratch["run"]).Steps);
    }

    private List<TrainingEvent> Train(
        TrainingPlan plan, string folder, TrainingControl? control = null, Action<StepMade>? onStep = null,
        Action<TrainingEvent>? onEvent = null, CancellationToken abandoned = default)
    {
        var events = new List<TrainingEvent>();
        var store = new CheckpointStore(scratch[folder]);
        using var task = new LanguageModelTask(plan, scratch.Corpus());
        using var loop = new TrainingLoop(task, store, e =>
        {
            events.Add(e);
            onEvent?.Invoke(e);
            if (e is StepMade step)
            {
                onStep?.Invoke(step);
            }
        });
        if (store.NewestIntact(null, message => Assert.Fail(message)) is { } checkpoint)
        {
            loop.Resume(checkpoint);
        }
        loop.Run(control ?? new TrainingControl(), abandoned);
        return events;
    }

    public void Dispose() => scratch.Dispose();
}
