using TorchSharp;

namespace Trainyard.Models.Tests;

public class TorchSharpTests
{
    [Fact]
    public void Loads_on_this_machine_and_multiplies()
    {
        using var scope = torch.NewDisposeScope();
        var product = torch.tensor(new float[] { 1, 2, 3, 4 }, [2, 2]).matmul(torch.tensor(new float[] { 5, 6, 7, 8 }, [2, 2]));

        Assert.Equal([19, 22, 43, 50], product.data<float>().ToArray());
    }

    [Fact]
    public void Only_this_platforms_libtorch_is_beside_the_program()
    {
        var natives = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "runtimes"))
            .Where(platform => Directory.EnumerateFiles(platform, "*torch*", SearchOption.AllDirectories).Any())
            .Select(Path.GetFileName);

        Assert.Single(natives);
    }
}
