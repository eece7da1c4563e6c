using System.Globalization;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Optimization;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

public sealed class LossSpikeTests : IDisposable
{
    private static readonly TrainingPlan Plan = Scratch.Plan with { MaxSteps = 40, LossSpikeThreshold = 6, LossSpikeRollback = true };

    private readonly Scratch scratch = new();

    [Fact]
    public void A_loss_far_above_the_recent_ones_is_a_spike_and_a_new_level_is_not_for_long()
    {
        var random = new SplitMix64(1);
        var (trend, spikes) = (LossTrend.Empty, new List<int>());
        for (var step = 1; step <= 400; step++)
        {
            var loss = (step >= 200 ? 4 : step == 100 ? 5 : 2) + random.NextDouble() * 0.1;
            if (trend.DeviationsOf(loss) > 5)
            {
                spikes.Add(step);
            }
            trend = trend.With(loss, threshold: 5);
        }

        Assert.Equal([100, 200], spikes.Take(2));
        Assert.InRange(spikes.Count, 2, 60);
        Assert.Equal(4.05, trend.Mean, 0.1);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(double.NaN)]
    public void After_a_spike_training_goes_on_with_the_last_checkpoint_and_the_next_data(double factor)
    {
        var plan = Plan with { KeepCheckpoints = 20, SpectralNorm = new(), EmaDecay = 0.9, Optimizer = OptimizerKind.Muon };
        byte[] weights = [];
        var events = Train(plan, "run", at => factor, spikeAt: 30, (at, model) => weights = at.Step == 31 ? Scratch.Bytes(model) : weights);
        var spike = Assert.Single(events.OfType<LossSpiked>());
        var store = new CheckpointStore(scratch["run"]);
        var steps = events.OfType<StepMade>().Select(step => step.Step).ToArray();

        Assert.Equal((30L, 28L), (spike.Step, spike.ReturnedTo));
        Assert.Equal(double.IsNaN(factor), spike.Deviations is null);
        Assert.Equal(Enumerable.Range(1, 40).Select(step => (long)step).Where(step => step != 30 || factor == 10), steps);
        Assert.Equal(Kept(store.PathOf(28)), weights);
        Assert.InRange(events.OfType<StepMade>().Single(step => step.Step == 31).Loss, 0, spike.Mean + 0.5);
    }

    [Fact]
    public void Without_rollback_a_spike_is_reported_and_training_keeps_its_weights()
    {
        var spike = Assert.Single(Train(Plan with { LossSpikeRollback = false }, "run", _ => 10, spikeAt: 30).OfType<LossSpiked>());

        Assert.Equal((30L, null), (spike.Step, spike.ReturnedTo));
        Assert.InRange(spike.Deviations ?? 0, 6, double.MaxValue);
    }

    [Fact]
    public void A_loss_that_is_never_finite_again_ends_the_run_with_advice() => Assert.Contains(
        "learning_rate below",
        Assert.Throws<TrainingException>(() => Train(Plan, "run", at => at.Step >= 30 ? double.NaN : 1, spikeAt: null)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_checkpoint_to_go_back_to_is_kept_among_those_of_requests_and_a_resumed_run_finds_the_same()
    {
        var plan = Plan with { KeepCheckpoints = 1, EvalEvery = 10, SpectralNorm = new(), EmaDecay = 0.9 };
        Train(plan, "whole", _ => 10, spikeAt: 38);
        Train(plan, "broken", _ => 10, spikeAt: 38, stopAfter: 35);
        Assert.Contains(30L, new CheckpointStore(scratch["broken"]).Steps);
        var rest = Train(plan, "broken", _ => 10, spikeAt: 38);

        Assert.Equal(30, Assert.Single(rest.OfType<LossSpiked>()).ReturnedTo);
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(scratch["whole"], "40", file)),
                File.ReadAllBytes(Path.Combine(scratch["broken"], "40", file)));
        }
    }

    [Fact]
    public void A_run_logs_a_spike_and_what_followed()
    {
        // One deviation is nothing unusual where nothing is learned, so there are spikes.
        var plan = Plan with
        {
            Shape = new Gpt2Shape(VocabularySize: 0, Layers: 1, Heads: 2, Dim: 16, MaxSeqLen: 16),
            BatchSize = 2,
            LearningRate = 1e-6,
            MaxSteps = 60,
            LossSpikeThreshold = 1,
        };
        var inputs = new TrainingRunInputs
        {
            RunId = "run",
            Folder = new(scratch["run"]),
            TokenizerFile = scratch.Tokenizer,
            CorpusPath = scratch.Text,
            CacheFolder = scratch["cache"],
        };
        var events = new List<TrainingEvent>();
        using (var control = new TrainingControl())
        using (var run = new TrainingRun(plan, inputs, events.Add))
        {
            run.Train(control, CancellationToken.None);
        }
        var spike = events.OfType<LossSpiked>().First(happened => happened.ReturnedTo is not null);

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"Loss spike at step {spike.Step}: {spike.Loss:F4}, {spike.Deviations:F1} ")
            + string.Create(CultureInfo.InvariantCulture, $"standard deviations above the recent mean of {spike.Mean:F4}. ")
            + $"Training goes on with the weights of step {spike.ReturnedTo} and the next data.",
            File.ReadAllText(inputs.Folder.Logs),
            StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    /// <summary>The trained weights in a checkpoint that also has their average.</summary>
    private static byte[] Kept(string checkpoint)
    {
        using var model = LanguageModel.Load(Scratch.Gpt2, checkpoint);
        using var kept = Storage.SafetensorsFile.Open(Path.Combine(checkpoint, "optimizer.safetensors"));
        using var noGradient = TorchSharp.torch.no_grad();
        foreach (var (name, tensor) in model.Parameters)
        {
            kept.Read($"weight.{name}", tensor);
        }
        return Scratch.Bytes(model);
    }

    private List<TrainingEvent> Train(
        TrainingPlan plan, string folder, Func<BatchPosition, double> factor, long? spikeAt,
        Action<BatchPosition, Network>? before = null, long? stopAfter = null)
    {
        var events = new List<TrainingEvent>();
        var store = new CheckpointStore(scratch[folder]);
        using var control = new TrainingControl();
        using var task = new DisturbedTask(
            new(plan, scratch.Corpus()), at => spikeAt is null || at.Step == spikeAt ? factor(at) : 1, before);
        using var loop = new TrainingLoop(task, store, happened =>
        {
            events.Add(happened);
            if (happened is StepMade { Step: var step } && step == stopAfter)
            {
                control.Stop(StopReason.Paused);
            }
        });
        if (store.NewestIntact(null, message => Assert.Fail(message)) is { } checkpoint)
        {
            loop.Resume(checkpoint);
        }
        loop.Run(control, CancellationToken.None);
        return events;
    }

    /// <summary>A task whose losses are multiplied, and whose validation loss only rises.</summary>
    private sealed class DisturbedTask(
        LanguageModelTask task, Func<BatchPosition, double> factor, Action<BatchPosition, Network>? before) : TrainingTask
    {
        private long step;

        public override TrainingPlan Plan => task.Plan;

        public override Network Model => task.Model;

        public override string Config => task.Config;

        public override DataDescription Data => task.Data;

        public override DataSize Size => task.Size;

        public override int BatchesPerEpoch => task.BatchesPerEpoch;

        public override BatchLoss Backward(BatchPosition at, Dropout dropout, double share)
        {
            step = at.Step;
            before?.Invoke(at, Model);
            return new(task.Backward(at, dropout, share * factor(at)).Loss * factor(at));
        }

        public override ValidationScores Validate(CancellationToken cancellation) =>
            task.Validate(cancellation) with { Loss = 1 + step };

        protected override void Dispose(bool disposing)
        {
            task.Dispose();
            base.Dispose(disposing);
        }
    }
}
