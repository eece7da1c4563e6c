using System.Text.Json;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Optimization;
using Trainyard.Models.Tests.Reference;
using Trainyard.Models.Training;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public sealed class FamilyTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly Scratch scratch = new();

    public static TheoryData<string> Models => ReferenceModel.Names;

    public static TheoryData<string> Families => [.. LanguageModelFamilies.Select(family => family.Name)];

    private static IEnumerable<LanguageModelFamily> LanguageModelFamilies => ModelFamilies.All.OfType<LanguageModelFamily>();

    [Fact]
    public void Every_family_of_language_models_has_a_reference() => Assert.Equal(
        LanguageModelFamilies.SelectMany(family => family.ModelTypes).Order(StringComparer.Ordinal),
        ReferenceModel.All.Select(model => model.Config["model_type"]?.ToString()).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_equal_those_of_the_reference(string name)
    {
        var reference = ReferenceModel.Named(name).WriteFolder(scratch[name]);
        AssertLogits(reference, scratch[name]);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Reading_token_by_token_with_a_cache_gives_the_logits_of_reading_at_once(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var reference = ReferenceModel.Named(name).WriteFolder(scratch[name]);
        using var model = LanguageModel.Load(reference.Shape, scratch[name]);
        using var cache = new KeyValueCache(model.Shape);
        var tokens = ReferenceModel.Tokens[1];

        AssertClose(reference.Logits[13], model.Next(tensor(tokens[..4], [1, 4]), cache));
        for (var place = 4; place < tokens.Length; place++)
        {
            AssertClose(reference.Logits[10 + place], model.Next(tensor(new[] { tokens[place] }, [1, 1]), cache));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_config_that_is_written_and_read_describes_the_same_model(string name)
    {
        var shape = ReferenceModel.Named(name).Shape;

        Assert.Equal(shape, ModelFamilies.Read(HuggingFaceFiles.ConfigOf(shape, dropout: 0.1, endOfTextId: 0)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_checkpoint_is_a_folder_in_Hugging_Faces_format(string family)
    {
        var shape = Scratch.ShapeOf(family);
        using var model = LanguageModel.Create(shape, seed: 3);
        using var optimizer = new AdamW(model.Parameters, weightDecay: 0);
        var store = new CheckpointStore(scratch["checkpoints"]);
        using var writer = new CheckpointWriter(store, seed: 3);
        writer.Begin(shape, new(model.Parameters, optimizer.State), new TrainingState { Step = 7 }, started: 0);
        writer.Take(wait: true);
        var folder = store.PathOf(7);

        Assert.Equal(shape, store.Read(7).Shape);
        Assert.Equal(shape, ModelFamilies.Read(File.ReadAllText(Path.Combine(folder, "config.json"))));
        using var read = LanguageModel.Load(shape, folder);
        Assert.Equal(Scratch.Bytes(model), Scratch.Bytes(read));
    }

    // The dashboard's estimate has a test with these counts: clients/dashboard/src/newrun/estimate.test.ts.
    [Theory]
    [InlineData("gpt2", 4, 1_071_872)]
    [InlineData("llama", 4, 1_066_112)]
    [InlineData("llama", 2, 1_000_576)]
    [InlineData("qwen", 1, 968_064)]
    public void A_model_of_the_size_tiny_has_as_many_parameters_as_the_form_says(string family, int shared, long count) =>
        Assert.Equal(
            count, ModelFamilies.Named(family).Prepare(new(2048, Layers: 4, Heads: 4, shared, Dim: 128, MaxSeqLen: 128)).ParameterCount);

    [Fact]
    public void A_checkpoint_of_an_earlier_version_is_a_GPT2()
    {
        const string Earlier = """{"vocabulary_size":11,"layers":2,"heads":2,"dim":8,"max_seq_len":6,"parameter_count":1896}""";

        Assert.Equal(
            new Gpt2Shape(11, 2, 2, 8, 6), JsonSerializer.Deserialize<NetworkShape>(Earlier, ModelJson.Indented));
    }

    public void Dispose() => scratch.Dispose();

    internal static void AssertLogits(ReferenceModel reference, string folder)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Load(reference.Shape, folder);
        var tokens = ReferenceModel.Tokens;
        var logits = model.Forward(tensor([.. tokens.SelectMany(row => row)], [tokens.Length, tokens[0].Length]));

        foreach (var (place, expected) in reference.Logits.Index())
        {
            AssertClose(expected, logits[place]);
        }
    }

    private static void AssertClose(float[] expected, Tensor actual) => Assert.Equal(
        expected, actual.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < Tolerance);

    [Theory]
    [MemberData(nameof(Families))]
    public void Its_gradients_are_those_of_its_loss(string family)
    {
        using var scope = NewDisposeScope();
        var shape = Scratch.ShapeOf(family);
        using var model = LanguageModel.Create(shape, seed: 1);
        var tokens = arange(24, dtype: int64).mul(5).remainder(17).view(3, 8);
        var targets = arange(24, dtype: int64).mul(3).remainder(17).view(3, 8);
        var loss = model.Loss(tokens, targets);
        loss.backward();
        var expected = model.Parameters.Select(parameter => parameter.Tensor.grad?.clone()).ToList();

        var made = model.Backward(tokens, targets, dropout: null, new(new(0, 0), inBfloat16: false), share: 1);

        Assert.Equal(loss.item<float>(), made, 1e-5);
        Assert.All(model.Parameters.Zip(expected), pair =>
        {
            // They are added to the same again.
            Assert.NotNull(pair.Second);
            Assert.NotNull(pair.First.Tensor.grad);
            Assert.True(pair.First.Tensor.grad.allclose(pair.Second * 2, 1e-4, 1e-6), pair.First.Name);
        });
    }
}
