using Trainyard.Models.Compute;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public class ProductsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(33, 70)]
    [InlineData(768, 2304)]
    [InlineData(130, 4099)]
    public void A_row_without_gradients_is_multiplied_as_libtorch_does(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (x, weight, bias) = (Random(1, inputs), Random(inputs, outputs), Random(outputs));

        var expected = addmm(bias, x, weight, 1, 1);

        AssertClose(expected, Products.Affine(x, weight, bias));
        AssertClose(expected, Products.Linear(x, weight.t().contiguous(), bias));
        AssertClose(expected - bias, Products.Linear(x, weight.t().contiguous(), bias: null));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (x, weight, bias) = (Random(1, 300), Random(300, 500), Random(500));
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            var (affine, linear) = (Products.Affine(x, weight, bias), Products.Linear(x, weight.t().contiguous(), bias));
            set_num_threads(3);

            Assert.Equal(affine.Floats().ToArray(), Products.Affine(x, weight, bias).Floats().ToArray());
            Assert.Equal(linear.Floats().ToArray(), Products.Linear(x, weight.t().contiguous(), bias).Floats().ToArray());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (x, weight, bias) = (Random(Products.MaxFewRows, 301), Random(301, 503), Random(503));
        var transposed = weight.t().contiguous();
        var (affine, linear) = (Products.Affine(x, weight, bias), Products.Linear(x, transposed, bias));

        AssertClose(addmm(bias, x, weight, 1, 1), affine);
        for (var row = 0; row < Products.MaxFewRows; row++)
        {
            var alone = x.narrow(0, row, 1);
            Assert.Equal(Products.Affine(alone, weight, bias).Floats().ToArray(), affine[row].contiguous().Floats().ToArray());
            Assert.Equal(Products.Linear(alone, transposed, bias).Floats().ToArray(), linear[row].contiguous().Floats().ToArray());
        }
    }

    private static Tensor Random(params long[] shape)
    {
        TorchRuntime.EnsureLoaded();
        using var random = new Generator((ulong)shape.Sum());
        return empty(shape).normal_(0, 1, random);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(actual.allclose(expected, 1e-4, 1e-4));
    }
}
