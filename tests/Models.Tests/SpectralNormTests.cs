using System.Text.Json;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Parametrization;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public sealed class SpectralNormTests : IDisposable
{
    private static readonly Reference PyTorch = JsonSerializer.Deserialize<Reference>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Reference", "spectral_norm.json")), ModelJson.Line)
        ?? throw new InvalidOperationException("spectral_norm.json is empty.");

    private readonly Scratch scratch = new();

    public static TheoryData<int> Forwards => [.. PyTorch.After.Select(after => after.Forwards)];

    [Theory]
    [MemberData(nameof(Forwards))]
    public void Weights_vectors_and_gradients_equal_those_of_PyTorch(int forwards)
    {
        using var scope = NewDisposeScope();
        var expected = PyTorch.After.Single(after => after.Forwards == forwards);
        long[] size = [PyTorch.Rows, PyTorch.Columns];
        var weight = tensor(PyTorch.Weight, size).requires_grad_(true);
        using var norm = new SpectralNorm(
            [new("linear.weight", size, ParameterStart.Normal)], [new("linear.weight", weight)], new(), seed: 1);
        var (left, right) = (norm.State[1].Tensor, norm.State[2].Tensor);
        using (no_grad())
        {
            left.copy_(tensor(PyTorch.U));
            right.copy_(tensor(PyTorch.V));
        }

        for (var forward = 0; forward < forwards; forward++)
        {
            norm.Iterate();
        }
        (weight * tensor(PyTorch.Upstream, size)).sum().backward();
        norm.MoveGradients();

        AssertClose(expected.U, left);
        AssertClose(expected.V, right);
        AssertClose(expected.Normalised, weight.detach());
        AssertClose(expected.Gradient, Gradient(norm.Trained[0]));
        if (forwards >= 100)
        {
            Assert.Equal(PyTorch.Sigma, norm.SigmaOf("linear"), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(FamilyTests.Families), MemberType = typeof(FamilyTests))]
    public void Sigma_becomes_the_largest_singular_value_of_each_layer(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var shape = Scratch.ShapeOf(family);
        using var model = LanguageModel.Create(shape, seed: 5);
        using var norm = new SpectralNorm(shape.Parameters(), model.Parameters, new() { Iterations = 2000 }, seed: 5);
        norm.Iterate();

        Assert.NotEmpty(norm.Layers);
        foreach (var (parameter, trained) in model.Parameters.Zip(norm.Trained).Where(pair => pair.First != pair.Second))
        {
            var largest = linalg.svdvals(trained.Tensor)[0].item<float>();
            Assert.Equal(largest, norm.SigmaOf(parameter.Name[..^".weight".Length]), largest * 1e-4);
            Assert.Equal(1, linalg.svdvals(parameter.Tensor)[0].item<float>(), 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(FamilyTests.Families), MemberType = typeof(FamilyTests))]
    public void Gradients_equal_those_of_autograd_through_the_weight_over_sigma(string family)
    {
        using var scope = NewDisposeScope();
        var shape = Scratch.ShapeOf(family);
        using var model = LanguageModel.Create(shape, seed: 5);
        using var norm = new SpectralNorm(shape.Parameters(), model.Parameters, new(), seed: 5);
        var state = norm.State.ToDictionary(kept => kept.Name, kept => kept.Tensor);
        var inputs = tensor(new long[] { 1, 5, 9, 2, 7, 3, 0, 16 }, [2, 4]);
        var targets = tensor(new long[] { 5, 9, 2, 7, 3, 0, 16, 4 }, [2, 4]);

        var leaves = norm.Trained.Select(trained => trained.Tensor.detach().clone().requires_grad_(true)).ToArray();
        var explicitly = shape.Build(
            [.. norm.Trained.Zip(leaves).Select(pair => pair.First with { Tensor = OverSigma(pair.First, pair.Second) })]);
        explicitly.Loss(inputs, targets).backward();
        model.Loss(inputs, targets).backward();
        norm.MoveGradients();

        Assert.All(norm.Trained.Zip(leaves), pair =>
            AssertClose(Values(pair.Second.grad ?? throw new InvalidOperationException("No gradient.")), Gradient(pair.First)));

        Tensor OverSigma(NamedTensor trained, Tensor leaf) =>
            state.TryGetValue($"spectral_norm.u.{trained.Name[..^".weight".Length]}", out var u)
                ? leaf / u.dot(leaf.mv(state[$"spectral_norm.v.{trained.Name[..^".weight".Length]}"]))
                : leaf;
    }

    [Fact]
    public void Patterns_choose_layers_by_their_whole_names()
    {
        Assert.Equal(
            ["transformer.h.0.mlp.c_fc", "transformer.h.1.attn.c_attn", "transformer.h.1.mlp.c_fc"],
            Layers("*.c_fc, transformer.h.1.attn.c_attn"));
        Assert.Equal(8, Layers("*").Count);
        var failure = Assert.Throws<InvalidDataException>(() => Layers("c_fc,transformer.wte"));
        Assert.Contains("spectral_norm_layers 'c_fc,transformer.wte' matches no linear layer.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("transformer.h.0.attn.c_attn, transformer.h.0.attn.c_proj,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_zero_is_refused_by_its_name()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.Throws<InvalidDataException>(() => new SpectralNorm(
            [new("linear.weight", [3, 2], ParameterStart.Zero)], [new("linear.weight", zeros(3, 2))], new(), seed: 1));

        Assert.Contains("The weight of linear is zero", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_has_normalised_weights_for_others_and_the_trained_ones_for_itself()
    {
        var plan = Scratch.Plan with { SpectralNorm = new() { Layers = "*.mlp.*", Iterations = 20 } };
        var store = new CheckpointStore(scratch["run"]);
        var losses = new List<double>();
        using (var task = new LanguageModelTask(plan, scratch.Corpus()))
        using (var loop = new TrainingLoop(task, store, e => losses.AddRange(e is Evaluated { Scores.Loss: var loss } ? [loss] : [])))
        {
            loop.Run(new TrainingControl(), CancellationToken.None);
        }

        using var corpus = scratch.Corpus();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var loaded = LanguageModel.Load(Scratch.Gpt2, store.PathOf(12));
        var linear = loaded.Parameters
            .Where(parameter => parameter.Name.Contains(".c_", StringComparison.Ordinal) && parameter.Tensor.dim() == 2);
        foreach (var group in linear.GroupBy(parameter => parameter.Name.Contains(".mlp.", StringComparison.Ordinal)))
        {
            Assert.All(group, parameter =>
                Assert.Equal(group.Key, Math.Abs(linalg.svdvals(parameter.Tensor)[0].item<float>() - 1) < 0.01));
        }
        Assert.Equal(losses[^1], new Evaluator(corpus.Validation, Scratch.Gpt2.MaxSeqLen, plan.BatchSize).Loss(loaded, default), 1e-6);
        using var kept = Storage.SafetensorsFile.Open(Path.Combine(store.PathOf(12), "optimizer.safetensors"));
        Assert.Contains("spectral_norm.weight.transformer.h.1.mlp.c_proj", kept.Names);
        Assert.Contains("spectral_norm.u.transformer.h.1.mlp.c_proj", kept.Names);
        Assert.DoesNotContain("spectral_norm.u.transformer.h.1.attn.c_proj", kept.Names);
    }

    public void Dispose() => scratch.Dispose();

    private static IReadOnlyList<string> Layers(string pattern)
    {
        var shape = new Gpt2Shape(VocabularySize: 17, Layers: 2, Heads: 2, Dim: 16, MaxSeqLen: 8);
        using var model = LanguageModel.Create(shape, seed: 1);
        using var norm = new SpectralNorm(shape.Parameters(), model.Parameters, new() { Layers = pattern }, seed: 1);
        return norm.Layers;
    }

    private static float[] Gradient(NamedTensor parameter) =>
        Values(parameter.Tensor.grad ?? throw new InvalidOperationException($"{parameter.Name} has no gradient."));

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static void AssertClose(float[] expected, Tensor actual) => AssertClose(expected, Values(actual));

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.Equal(expected, actual, (one, other) => Math.Abs(one - other) < 1e-5);

    private sealed record Reference(
        int Rows, int Columns, float[] Weight, float[] Upstream, float[] U, float[] V, double Sigma, ReferenceAfter[] After);

    private sealed record ReferenceAfter(int Forwards, float[] U, float[] V, float[] Normalised, float[] Gradient);
}
