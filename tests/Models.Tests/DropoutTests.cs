using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using static TorchSharp.torch;

namespace Trainyard.Models.Tests;

public class DropoutTests
{
    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.BFloat16];

    [Theory]
    [MemberData(nameof(Types))]
    public void It_drops_its_share_and_keeps_the_mean(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var dropped = Dropped(1, [100_003], type).to(float32);

        Assert.Equal(0.25, (dropped == 0).to(float32).mean().Float(), 0.01);
        Assert.Equal(1.0, dropped.mean().Float(), 0.01);
        Assert.All(dropped.Floats().ToArray(), value => Assert.Contains(value, (float[])[0, 4 / 3f, 1.3359375f]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_mask_depends_on_the_seed_alone_and_not_on_the_threads(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            var alone = Dropped(1, [70_001], type).bytes.ToArray();
            set_num_threads(4);

            Assert.Equal(alone, Dropped(1, [70_001], type).bytes.ToArray());
            Assert.NotEqual(alone, Dropped(2, [70_001], type).bytes.ToArray());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Masks_of_one_pass_are_unrelated()
    {
        using var scope = NewDisposeScope();
        var dropout = new Dropout(0.5);
        dropout.Seed(1);
        var (first, second) = (dropout.Draw(ones(100_000)), dropout.Draw(ones(100_000)));

        Assert.Equal(0.25, ((first == 0) & (second == 0)).to(float32).mean().Float(), 0.01);
        Assert.Equal(0.25, ((first[1..] == 0) & (second[..^1] == 0)).to(float32).mean().Float(), 0.01);
        Assert.Equal(0.25, ((first[1..] == 0) & (first[..^1] == 0)).to(float32).mean().Float(), 0.01);
    }

    private static Tensor Dropped(ulong seed, long[] shape, ScalarType type)
    {
        TorchRuntime.EnsureLoaded();
        var dropout = new Dropout(0.25);
        dropout.Seed(seed);
        return dropout.Draw(ones(shape, type));
    }
}
