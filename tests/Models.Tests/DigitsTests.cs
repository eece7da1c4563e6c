using System.Text.Json;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Digits;
using Trainyard.Models.Evaluation;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Pipeline;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

/// <summary>A family that reads no text goes through the same run as the language models.</summary>
public sealed class DigitsTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Shape = new DigitsShape(0, 0, Layers: 2, Dim: 32),
        BatchSize = 20,
        LearningRate = 3e-3,
        Threads = 1,
        MaxSteps = 60,
        EvalEvery = 20,
    };

    private readonly Scratch scratch = new();

    [Fact]
    public void A_run_learns_the_digits_and_leaves_what_every_run_leaves()
    {
        var events = new List<TrainingEvent>();
        var inputs = Inputs("run");
        var result = Train(Plan, inputs, events.Add);
        var manifest = RunManifest.Read(inputs.Folder.Manifest) ?? throw new InvalidOperationException("There is no manifest.");

        Assert.Null(result.Stopped);
        Assert.InRange(result.State.BestAccuracy ?? 0, 0.95, 1);
        Assert.InRange(events.OfType<StepMade>().Last().Accuracy ?? 0, 0.9, 1);
        Assert.All(events.OfType<Evaluated>(), evaluated => Assert.Null(evaluated.Scores.Perplexity));
        Assert.Equal((270, 30, null), (manifest.Data?.TrainingExamples, manifest.Data?.ValidationExamples, manifest.Data?.TrainingTokens));
        Assert.Equal(new DigitsShape(8, 8, 2, 32), manifest.Plan.Shape);
        Assert.Equal(["config.json", "eval/metrics.json", "model.safetensors"], manifest.Artifacts.Select(file => file.Name));
        Assert.All(manifest.Artifacts, file => Assert.True(file.IsIntactIn(inputs.Folder.Path), file.Name));
        Assert.Equal(manifest.Plan.Shape, ModelFamilies.Read(File.ReadAllText(inputs.Folder.Config)));
        Assert.Equal(new CheckpointStore(inputs.Folder.Checkpoints).Read(60).Shape, manifest.Plan.Shape);
        var metrics = JsonDocument.Parse(File.ReadAllText(inputs.Folder.EvalMetrics)).RootElement;
        Assert.Equal((30, 30), (metrics.GetProperty("examples").GetInt64(), metrics.GetProperty("examples_available").GetInt64()));
        Assert.InRange(metrics.GetProperty("accuracy_top1").GetDouble(), 0.9, 1);
        Assert.False(metrics.TryGetProperty("perplexity", out _));
        Assert.Equal(metrics.GetProperty("loss").GetDouble(), manifest.Evaluation?.Loss);
        Assert.Empty(events.OfType<EvaluationScored>());
        Assert.Contains("270 examples, 30 held out", File.ReadAllText(inputs.Folder.Logs), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_resumed_run_ends_bit_for_bit_like_an_uninterrupted_one(int accumulation)
    {
        var plan = Plan with { Threads = 2, Dropout = 0.2, MaxSteps = 40, EvalEvery = 7, GradientAccumulation = accumulation };
        Train(plan, Inputs("whole"));
        using var control = new TrainingControl();
        Train(plan, Inputs("broken"), happened =>
        {
            if (happened is StepMade { Step: 23 })
            {
                control.Stop(StopReason.Paused);
            }
        }, control);
        var events = new List<TrainingEvent>();
        Train(plan, Inputs("broken") with { Attempt = 2, Resume = true }, events.Add);

        Assert.Equal(24, events.OfType<StepMade>().First().Step);
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(scratch["whole"], "checkpoints", "40", file)),
                File.ReadAllBytes(Path.Combine(scratch["broken"], "checkpoints", "40", file)));
        }
    }

    [Fact]
    public void Every_option_but_those_of_text_works_on_images_and_is_resumed_bit_for_bit()
    {
        var plan = Plan with
        {
            Threads = 2,
            EvalEvery = 7,
            Optimizer = OptimizerKind.Muon,
            SpectralNorm = new() { Layers = "hidden, output" },
            EmaDecay = 0.9,
            LabelSmoothing = 0.1,
            ZLoss = 1e-4,
            LossSpikeThreshold = 8,
            LossSpikeRollback = true,
            StatsEvery = 10,
        };
        var events = new List<TrainingEvent>();
        var whole = Inputs("whole");
        var result = Train(plan, whole, events.Add);
        using var control = new TrainingControl();
        Train(plan, Inputs("broken"), happened =>
        {
            if (happened is StepMade { Step: 33 })
            {
                control.Stop(StopReason.Paused);
            }
        }, control);
        Train(plan, Inputs("broken") with { Attempt = 2, Resume = true });

        Assert.InRange(result.State.BestAccuracy ?? 0, 0.9, 1);
        Assert.Equal(["hidden", "output"], RunManifest.Read(whole.Folder.Manifest)?.NormalisedLayers);
        Assert.Equal(
            [
                "activation_max/block_0", "activation_max/block_1", "activation_rms/block_0", "activation_rms/block_1", "grad_norm",
                "grad_norm/block_0", "grad_norm/block_1", "grad_norm/final", "grad_norm/output", "weight_norm", "weight_norm/block_0",
                "weight_norm/block_1", "weight_norm/final", "weight_norm/output",
            ],
            events.OfType<StatisticsTaken>().First().Values.Keys.Order(StringComparer.Ordinal));
        foreach (var file in (string[])["model.safetensors", "optimizer.safetensors", "state.json"])
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(scratch["whole"], "checkpoints", "60", file)),
                File.ReadAllBytes(Path.Combine(scratch["broken"], "checkpoints", "60", file)));
        }
    }

    [Fact]
    public void A_run_is_reproduced_to_the_last_byte_and_only_on_the_same_images()
    {
        var plan = Plan with { MaxSteps = 20 };
        var first = Inputs("first");
        Train(plan, first);
        var original = RunManifest.Read(first.Folder.Manifest);
        var again = Inputs("again") with { Reproduces = original };
        Train(plan, again);
        Assert.Equal(File.ReadAllBytes(first.Folder.Weights), File.ReadAllBytes(again.Folder.Weights));

        DigitFiles.Write(scratch["data"], count: 20);
        var failure = Assert.Throws<TrainingException>(() => Train(plan, Inputs("changed") with { Reproduces = original }));

        Assert.Equal((FailureKind.UserInput, FailureCodes.DataNotFound), (failure.Kind, failure.Code));
        Assert.Contains("The images have changed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_can_begin_with_the_weights_of_another()
    {
        Train(Plan, Inputs("first"));
        var events = new List<TrainingEvent>();
        Train(Plan with { MaxSteps = 1 }, Inputs("second") with { StartFromWeights = Inputs("first").Folder.Weights }, events.Add);

        Assert.InRange(events.OfType<StepMade>().First().Loss, 0, Math.Log(10) / 2);
    }

    [Fact]
    public void Logits_equal_those_of_a_plain_computation()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var shape = new DigitsShape(Height: 5, Width: 6, Layers: 2, Dim: 7);
        using var model = shape.Build(NetworkParameters.Create(shape, seed: 5));
        var image = Enumerable.Range(0, 30).Select(pixel => (float)Math.Sin(pixel)).ToArray();
        var logits = model.Forward(tensor(image, [1, 1, 5, 6]));

        var x = new[] { image };
        var (height, width) = (5, 6);
        for (var layer = 0; layer < 2; layer++)
        {
            var maps = Convolve(x, height, width, Of($"conv.{layer}.weight"), Of($"conv.{layer}.bias"));
            x = [.. maps.Select(map => Pool(map, height, width))];
            (height, width) = (height / 2, width / 2);
        }
        var hidden = Multiply([.. x.SelectMany(map => map)], Of("hidden.weight"), Of("hidden.bias")).Select(value => Math.Max(0, value));
        var expected = Multiply([.. hidden], Of("output.weight"), Of("output.bias"));

        Assert.Equal(expected, logits.Floats().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);

        float[] Of(string name) => model.Parameters.Single(parameter => parameter.Name == name).Tensor.Floats().ToArray();
    }

    [Fact]
    public void A_folder_with_test_images_is_validated_on_them()
    {
        var folder = DigitFiles.Write(scratch["data"], count: 40);
        DigitFiles.WriteTestSet(folder, count: 15);
        var inputs = Inputs("run");
        Train(Plan with { MaxSteps = 2 }, inputs);
        var data = RunManifest.Read(inputs.Folder.Manifest)?.Data;

        Assert.Equal((40, 15, 2), (data?.TrainingExamples, data?.ValidationExamples, data?.HeldOutFiles));
    }

    [Fact]
    public void A_saved_model_is_evaluated_on_what_was_held_out_and_on_another_folder()
    {
        var run = Inputs("run");
        Train(Plan, run);
        DigitFiles.Write(scratch["other"], count: 50);
        var held = Evaluate(new() { HoldoutFraction = 0.1 });
        var other = Evaluate(new() { CorpusPath = scratch["other"] });

        Assert.Equal((30, 30), (held.Metrics.Examples, held.Metrics.ExamplesAvailable));
        Assert.Equal(RunManifest.Read(run.Folder.Manifest)?.Metrics?.ValidationLoss ?? 0, held.Metrics.Loss, 1e-5);
        Assert.Equal(50, other.Metrics.Examples);
        Assert.InRange(other.Metrics.AccuracyTop1 ?? 0, 0.9, 1);
        Assert.DoesNotContain("perplexity", other.MetricsJson, StringComparison.Ordinal);
        held.Publish(run.Folder);
        Assert.False(File.Exists(run.Folder.EvalSamples));

        DigitFiles.Write(scratch["data"], count: 20);
        var changed = Assert.Throws<TrainingException>(() => Evaluate(new() { HoldoutFraction = 0.1 }));
        Assert.Contains("have changed since", changed.Message, StringComparison.Ordinal);

        EvaluationReport Evaluate(Chosen chosen) => new ModelEvaluation(new()
        {
            EvaluationId = "eval",
            Folder = run.Folder,
            WeightsFile = Path.Combine(new CheckpointStore(run.Folder.Checkpoints).PathOf(60), CheckpointStore.WeightsFile),
            Step = 60,
            Attempt = 1,
            On = "somewhere",
            CorpusPath = chosen.CorpusPath ?? scratch["data"],
            HoldoutFraction = chosen.HoldoutFraction,
            CacheFolder = scratch["cache"],
            Seed = Plan.Seed,
        }).Run(CancellationToken.None);
    }

    public void Dispose() => scratch.Dispose();

    private static TrainingResult Train(
        TrainingPlan plan, TrainingRunInputs inputs, Action<TrainingEvent>? report = null, TrainingControl? control = null)
    {
        using var run = new TrainingRun(plan, inputs, report ?? (_ => { }));
        return run.Train(control ?? new TrainingControl(), CancellationToken.None);
    }

    private TrainingRunInputs Inputs(string id)
    {
        if (!Directory.Exists(scratch["data"]))
        {
            DigitFiles.Write(scratch["data"]);
        }
        return new() { RunId = id, Folder = new(scratch[id]), CorpusPath = scratch["data"], CacheFolder = scratch["cache"] };
    }

    private static IEnumerable<float[]> Convolve(float[][] maps, int height, int width, float[] weight, float[] bias)
    {
        for (var output = 0; output < bias.Length; output++)
        {
            var sums = new float[height * width];
            for (var at = 0; at < sums.Length; at++)
            {
                var (row, column) = Math.DivRem(at, width);
                sums[at] = Math.Max(0, bias[output] + (
                    from input in Enumerable.Range(0, maps.Length)
                    from tap in Enumerable.Range(0, 9)
                    let y = row + (tap / 3) - 1
                    let x = column + (tap % 3) - 1
                    where y >= 0 && y < height && x >= 0 && x < width
                    select maps[input][(y * width) + x] * weight[(((output * maps.Length) + input) * 9) + tap]).Sum());
            }
            yield return sums;
        }
    }

    private static float[] Pool(float[] map, int height, int width) =>
    [
        .. from row in Enumerable.Range(0, height / 2)
           from column in Enumerable.Range(0, width / 2)
           let at = (2 * row * width) + (2 * column)
           select new[] { map[at], map[at + 1], map[at + width], map[at + width + 1] }.Max(),
    ];

    private static float[] Multiply(float[] x, float[] weight, float[] bias) =>
        [.. bias.Select((value, row) => value + x.Select((input, column) => input * weight[(row * x.Length) + column]).Sum())];

    private sealed record Chosen
    {
        public string? CorpusPath { get; init; }

        public double? HoldoutFraction { get; init; }
    }
}
