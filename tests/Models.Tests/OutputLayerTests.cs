using Trainyard.Models.Compute;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public class OutputLayerTests
{
    private const int Rows = 700;
    private const int Dim = 24;

    [Theory]
    [InlineData(17, 0, 0)]
    [InlineData(4099, 0, 0)]
    [InlineData(4099, 0.1f, 0)]
    [InlineData(130, 0.1f, 0.01f)]
    public void Loss_and_gradients_equal_autograds(int vocabulary, float smoothing, float penalty)
    {
        using var scope = NewDisposeScope();
        var (hidden, weight, targets) = Inputs(vocabulary);
        var (expectedHidden, expectedWeight) = (hidden.detach().requires_grad_(), weight.detach().requires_grad_());
        var logits = expectedHidden.mm(expectedWeight.t());
        var expected = nn.functional.cross_entropy(logits, targets, label_smoothing: smoothing)
            + (penalty * logits.logsumexp(1, keepdim: false).pow(2).mean());
        (expected * 0.5).backward();

        var made = new OutputLayer(new(smoothing, penalty), inBfloat16: false).Backward(hidden, weight, targets, share: 0.5);

        Assert.Equal(expected.Float(), made.Minimised, 1e-5);
        Assert.Equal(nn.functional.cross_entropy(logits, targets).Float(), made.CrossEntropy, 1e-5);
        AssertClose(expectedHidden.grad, hidden.grad, 1e-5);
        AssertClose(expectedWeight.grad, weight.grad, 1e-5);
    }

    [Fact]
    public void In_bfloat16_they_differ_by_its_precision()
    {
        Assert.SkipUnless(Bfloat16.IsAvailable, "This libtorch has no products in bfloat16.");
        using var scope = NewDisposeScope();
        var (hidden, weight, targets) = Inputs(4099);
        var (exactHidden, exactWeight) = (hidden.detach().requires_grad_(), weight.detach().requires_grad_());
        var exact = new OutputLayer(new(0, 0), inBfloat16: false).Backward(exactHidden, exactWeight, targets, share: 1);

        var made = new OutputLayer(new(0, 0), inBfloat16: true).Backward(hidden, weight, targets, share: 1);

        Assert.Equal(exact.CrossEntropy, made.CrossEntropy, 2e-3);
        AssertClose(exactHidden.grad, hidden.grad, 2e-2);
        AssertClose(exactWeight.grad, weight.grad, 2e-2);
    }

    [Fact]
    public void Gradients_are_added_and_go_on_to_what_the_inputs_came_from()
    {
        using var scope = NewDisposeScope();
        var (hidden, weight, targets) = Inputs(50);
        var doubled = weight * 2;
        var output = new OutputLayer(new(0, 0), inBfloat16: false);

        output.Backward(hidden * 1, doubled, targets, share: 1);
        var once = weight.grad?.clone();
        Assert.NotNull(once);
        output.Backward(hidden * 1, weight * 2, targets, share: 1);

        AssertClose(once * 2, weight.grad, 1e-6);
        Assert.NotNull(hidden.grad);
    }

    [Fact]
    public void A_logit_that_is_no_number_makes_the_loss_none()
    {
        using var scope = NewDisposeScope();
        var (hidden, weight, targets) = Inputs(50);
        using var noGradient = no_grad();
        hidden[3, 4] = float.NaN;

        Assert.True(double.IsNaN(new OutputLayer(new(0, 0), inBfloat16: false).Backward(hidden, weight, targets, share: 1).CrossEntropy));
    }

    private static (Tensor Hidden, Tensor Weight, Tensor Targets) Inputs(int vocabulary)
    {
        TorchRuntime.EnsureLoaded();
        using var random = new Generator(1);
        return (
            empty(Rows, Dim).normal_(0, 1, random).requires_grad_(),
            empty(vocabulary, Dim).normal_(0, 0.5, random).requires_grad_(),
            arange(Rows, dtype: int64).mul(7).remainder(vocabulary));
    }

    /// <summary>The difference's norm, as a share of the expected one's.</summary>
    private static void AssertClose(Tensor? expected, Tensor? actual, double tolerance)
    {
        Assert.NotNull(expected);
        Assert.NotNull(actual);
        Assert.Equal(0, ((actual - expected).norm() / expected.norm()).Float(), tolerance);
    }
}
