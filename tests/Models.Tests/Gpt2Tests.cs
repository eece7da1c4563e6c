using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.Optimization;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public class Gpt2Tests
{
    private static readonly Gpt2Shape Shape = new(VocabularySize: 11, Layers: 2, Heads: 2, Dim: 8, MaxSeqLen: 6);

    // From an independent implementation in PyTorch 1.13, double precision, given the same weights, tokens and settings.
    private static readonly double[] ReferenceLogits =
        [-0.2897488, -0.1544738, 0.0501395, 0.2322469, 0.310106, 0.2487683, 0.0757665, -0.1312445, -0.279344, -0.3020549, -0.1891829];

    private static readonly (double Loss, double Norm)[] ReferenceSteps =
        [(2.4001834, 0.1238938), (2.3893127, 0.0897213), (2.3808029, 0.0720338), (2.3730851, 0.0764176), (2.363589, 0.1070746)];

    [Fact]
    public async Task A_sum_survives_garbage_collection_at_any_moment()
    {
        using var scope = NewDisposeScope();
        var (left, right) = (ones(1), ones(1));
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });

        var sums = Enumerable.Range(0, 200_000).Select(_ =>
        {
            using var sum = left.Plus(right);
            return sum.item<float>();
        });

        Assert.All(sums.Distinct(), sum => Assert.Equal(2, sum));
        await stop.CancelAsync();
        await collecting;
    }

    [Fact]
    public void Logits_equal_those_of_an_independent_implementation()
    {
        using var scope = NewDisposeScope();
        using var model = WithReferenceWeights();
        var logits = model.Forward(Inputs()).view(2, 6, 11)[1, 5];

        Assert.Equal(
            ReferenceLogits, logits.data<float>().Select(value => (double)value), (expected, actual) => Math.Abs(expected - actual) < 2e-6);
    }

    [Fact]
    public void Five_steps_of_AdamW_with_clipping_follow_the_reference()
    {
        using var scope = NewDisposeScope();
        using var model = WithReferenceWeights();
        using var optimizer = new AdamW(model.Parameters, weightDecay: 0.1);

        for (var step = 1; step <= ReferenceSteps.Length; step++)
        {
            var loss = model.Loss(Inputs(), Targets());
            loss.backward();
            var norm = optimizer.Step(step, learningRate: 0.01, clip: 0.05, threads: 2);

            Assert.Equal(ReferenceSteps[step - 1].Loss, loss.item<float>(), 2e-5);
            Assert.Equal(ReferenceSteps[step - 1].Norm, norm, 2e-5);
        }
    }

    [Fact]
    public void A_fresh_model_finds_every_token_equally_likely()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(new Gpt2Shape(500, 2, 2, 32, 16), seed: 1);
        var random = new SplitMix64(3);
        Tensor Tokens() => tensor(Enumerable.Range(0, 64).Select(_ => (long)random.Below(500)).ToArray(), [4, 16]);

        Assert.Equal(Math.Log(500), model.Loss(Tokens(), Tokens()).item<float>(), 0.1);
    }

    [Fact]
    public void A_token_does_not_see_what_follows_it()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Shape, seed: 1);
        var before = model.Forward(tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var after = model.Forward(tensor(new long[] { 1, 2, 3, 9 }, [1, 4]));

        Assert.Equal(before[..3].data<float>().ToArray(), after[..3].data<float>().ToArray());
        Assert.NotEqual(before[3].data<float>().ToArray(), after[3].data<float>().ToArray());
    }

    [Fact]
    public void Reading_token_by_token_with_a_cache_gives_the_logits_of_reading_at_once()
    {
        using var scope = NewDisposeScope();
        using var model = WithReferenceWeights();
        using var cache = new KeyValueCache(Shape);
        long[] tokens = [3, 1, 4, 1, 5];
        var next = model.Next(tensor(tokens[..2], [1, 2]), cache);
        foreach (var token in tokens[2..])
        {
            next = model.Next(tensor(new[] { token }, [1, 1]), cache);
        }

        var atOnce = model.Forward(tensor(tokens, [1, 5]))[4];
        Assert.True(next.allclose(atOnce, 1e-5, 1e-6));
    }

    [Fact]
    public void Config_survives_the_way_through_Hugging_Face_json() =>
        Assert.Equal(Shape, ModelFamilies.Read(HuggingFaceFiles.ConfigOf(Shape, 0.1, endOfTextId: 0)));

    [Fact]
    public void The_smallest_published_GPT2_has_124_million_parameters() =>
        Assert.Equal(124_439_808, new Gpt2Shape(50257, 12, 12, 768, 1024).ParameterCount);

    private static Tensor Inputs() => Tokens((row, column) => (3 * row + 5 * column + row * column) % 11);

    private static Tensor Targets() => Tokens((row, column) => (7 * column + 2 * row + 1) % 11);

    private static Tensor Tokens(Func<int, int, int> token) =>
        tensor(Enumerable.Range(0, 12).Select(index => (long)token(index / 6, index % 6)).ToArray(), [2, 6]);

    private static LanguageModel WithReferenceWeights()
    {
        var model = LanguageModel.Create(Shape, seed: 0);
        using var noGradient = no_grad();
        foreach (var (index, parameter) in model.Parameters.Index())
        {
            var values = Enumerable.Range(
                1, (int)parameter.Tensor.numel()).Select(place => (float)(0.3 * Math.Sin(0.7 * place + 1.3 * index)));
            parameter.Tensor.copy_(tensor(values.ToArray(), parameter.Tensor.shape));
        }
        return model;
    }
}
