using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Optimization;
using Trainyard.Models.Parametrization;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainyard.Models.Tests;

public sealed class TrainingOptionsTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0, 0.01)]
    [InlineData(0.2, 0.5)]
    public void Smoothed_and_penalised_losses_and_gradients_equal_PyTorchs(double smoothing, double zLoss)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Scratch.Gpt2, seed: 4);
        var objective = new Objective(smoothing, zLoss);
        var inputs = tensor(new long[] { 1, 5, 9, 2, 7, 3, 0, 16 }, [2, 4]);
        var targets = tensor(new long[] { 5, 9, 2, 7, 3, 0, 16, 4 }, [2, 4]);

        var logits = model.Forward(inputs);
        var probabilities = functional.one_hot(targets.reshape(-1), 17).to(float32) * (1 - smoothing) + smoothing / 17;
        var expected = (probabilities * logits.log_softmax(1)).sum(1).neg().mean() + logits.exp().sum(1).log().square().mean() * zLoss;
        expected.backward();
        var gradients = model.Parameters.Select(parameter => Take(parameter.Tensor)).ToArray();
        var (crossEntropy, minimised) = objective.Backward(model.Forward(inputs), targets.view(-1), share: 1);

        Assert.Equal(expected.item<float>(), minimised, 1e-5);
        Assert.Equal(model.Loss(inputs, targets).item<float>(), crossEntropy, 1e-5);
        Assert.All(model.Parameters.Zip(gradients), pair =>
            Assert.Equal(pair.Second, Take(pair.First.Tensor), (one, other) => Math.Abs(one - other) < 1e-5));

        static float[] Take(Tensor parameter)
        {
            var gradient = parameter.grad?.contiguous().data<float>().ToArray() ?? throw new InvalidOperationException("No gradient.");
            parameter.grad = null;
            return gradient;
        }
    }

    [Fact]
    public void The_average_of_weights_is_what_is_evaluated_and_written()
    {
        var plan = Scratch.Plan with { EmaDecay = 0.9, LearningRate = 1e-2 };
        var (events, store) = Train(plan, "run");
        using var corpus = scratch.Corpus();
        using var loaded = LanguageModel.Load(Scratch.Gpt2, store.PathOf(12));
        using var kept = Storage.SafetensorsFile.Open(Path.Combine(store.PathOf(12), "optimizer.safetensors"));
        var trained = zeros_like(loaded.Parameters[0].Tensor);
        kept.Read($"weight.{loaded.Parameters[0].Name}", trained);

        var loss = new Evaluator(corpus.Validation, Scratch.Gpt2.MaxSeqLen, plan.BatchSize).Loss(loaded, default);
        Assert.Equal(events.OfType<Evaluated>().Last().Scores.Loss, loss, 1e-6);
        Assert.True((trained - loaded.Parameters[0].Tensor).abs().max().item<float>() > 1e-3);
        // The gradient is that of the trained weights, so the loss of training is the same with and without an average.
        var (plain, _) = Train(plan with { EmaDecay = null }, "plain");
        Assert.Equal(plain.OfType<StepMade>().Select(step => step.Loss), events.OfType<StepMade>().Select(step => step.Loss));
    }

    [Fact]
    public void An_average_follows_its_formula()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new float[] { 1, 2 });
        using var average = new WeightAverage([new("w", weight)], decay: 0.5);
        weight.copy_(tensor(new float[] { 3, 6 }));
        average.Add(step: 1, threads: 1);

        // The first step keeps 2/11, less than the decay.
        Assert.Equal([29f / 11, 58f / 11], average.Averages[0].Tensor.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        average.Add(step: 100, threads: 1);
        Assert.Equal(31f / 11, average.Averages[0].Tensor.data<float>()[0], 1e-6);
        using (average.Apply())
        {
            Assert.Equal(31f / 11, weight.data<float>()[0], 1e-6);
        }
        Assert.Equal([3f, 6], weight.data<float>().ToArray());
    }

    [Theory]
    [InlineData(6, 4)]
    [InlineData(4, 6)]
    public void Muon_moves_a_matrix_along_its_orthogonalised_gradient(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var gradient = empty(rows, columns).normal_(0, 1, random);
        var (matrix, bias) = (zeros(rows, columns).requires_grad_(true), zeros(columns).requires_grad_(true));
        matrix.grad = gradient.clone();
        bias.grad = ones(columns);
        using var optimizer = new Muon(
            [new("w", [rows, columns], ParameterStart.Zero), new("b", [columns], ParameterStart.Zero)],
            [new("w", matrix), new("b", bias)], weightDecay: 0);
        var norm = optimizer.Step(1, learningRate: 0.01, clip: 0, threads: 1);

        using var noGradient = no_grad();
        Assert.Equal(Math.Sqrt(Math.Pow(gradient.norm().item<float>(), 2) + columns), norm, 1e-4);
        Assert.All(linalg.svdvals(matrix / (0.01 * 0.2 * Math.Sqrt(6))).data<float>().ToArray(), value => Assert.InRange(value, 0.6, 1.3));
        var (u, _, v) = linalg.svd(gradient, fullMatrices: false);
        Assert.InRange((u.mm(v) * matrix).sum().item<float>() / (0.01 * 0.2 * Math.Sqrt(6)), -4 * 1.3, -4 * 0.6);
        Assert.All(bias.data<float>().ToArray(), value => Assert.Equal(-0.01, value, 1e-5));
    }

    [Theory]
    [InlineData("muon")]
    [InlineData("all")]
    public void The_loss_still_falls_from_chance(string options)
    {
        var plan = Scratch.Plan with { MaxSteps = 120, EvalEvery = 60, LearningRate = 1e-2, Optimizer = OptimizerKind.Muon };
        var (events, _) = Train(options == "muon" ? plan : plan with
        {
            SpectralNorm = new(),
            LabelSmoothing = 0.02,
            ZLoss = 1e-4,
            EmaDecay = 0.95,
            Curriculum = new() { StartLength = 2, Steps = 40 },
        }, "run");
        var losses = events.OfType<StepMade>().Select(step => step.Loss).ToArray();

        Assert.Equal(Math.Log(17), losses[0], 0.3);
        Assert.InRange(losses[^10..].Average(), 0, 2.0);
        Assert.InRange(events.OfType<Evaluated>().Last().Scores.Loss, 0, 2.0);
    }

    [Fact]
    public void Sequences_grow_over_the_divisors_of_the_window()
    {
        var curriculum = new LengthCurriculum { StartLength = 10, Steps = 100 };

        Assert.Equal([16, 16, 32, 64, 128], ((long[])[1, 10, 30, 60, 101]).Select(step => curriculum.LengthAt(128, step)));
        Assert.Equal(13, new LengthCurriculum { StartLength = 5, Steps = 10 }.LengthAt(13, 1));
        Assert.All(Enumerable.Range(1, 110), step => Assert.Equal(0, 96 % curriculum.LengthAt(96, step)));
    }

    [Fact]
    public void Statistics_are_taken_of_every_block()
    {
        var (events, _) = Train(Scratch.Plan with { StatsEvery = 5, GradClip = 0.01 }, "run");
        var statistics = events.OfType<StatisticsTaken>().ToArray();

        Assert.Equal([5L, 10], statistics.Select(taken => taken.Step));
        Assert.Equal(
            [
                "activation_max/block_0", "activation_max/block_1", "activation_rms/block_0", "activation_rms/block_1", "grad_norm",
                "grad_norm/block_0", "grad_norm/block_1", "grad_norm/embedding", "grad_norm/final", "weight_norm", "weight_norm/block_0",
                "weight_norm/block_1", "weight_norm/embedding", "weight_norm/final",
            ],
            statistics[0].Values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(events.OfType<StepMade>().ElementAt(4).GradientNorm, statistics[0].Values["grad_norm"], 1e-5);
        Assert.All(statistics[0].Values.Values, value => Assert.True(value > 0));
        Assert.True(statistics[0].Values["activation_max/block_0"] > statistics[0].Values["activation_rms/block_0"]);
    }

    [Fact]
    public void Improvements_smaller_than_the_least_do_not_delay_early_stopping_but_can_be_the_best()
    {
        var state = new TrainingState { Step = 1 }.AfterEvaluation(2.0, accuracy: null, minDelta: 0.1);
        state = (state with { Step = 2 }).AfterEvaluation(1.95, accuracy: null, minDelta: 0.1);
        Assert.Equal((1, 1.95, 2L), (state.EvaluationsSinceBest, state.BestLoss, state.BestStep));
        state = (state with { Step = 3 }).AfterEvaluation(1.88, accuracy: null, minDelta: 0.1);
        Assert.Equal((0, 1.88, 3L), (state.EvaluationsSinceBest, state.BestLoss, state.BestStep));
    }

    public void Dispose() => scratch.Dispose();

    private (IReadOnlyList<TrainingEvent> Events, CheckpointStore Store) Train(TrainingPlan plan, string folder)
    {
        var events = new List<TrainingEvent>();
        var store = new CheckpointStore(scratch[folder]);
        using var task = new LanguageModelTask(plan, scratch.Corpus());
        using var control = new TrainingControl();
        using var loop = new TrainingLoop(task, store, events.Add);
        loop.Run(control, CancellationToken.None);
        return (events, store);
    }
}
