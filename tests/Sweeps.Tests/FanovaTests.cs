using System.Text.Json;

namespace Trainyard.Sweeps.Tests;

public class FanovaTests
{
    private static readonly string[] Options = ["a", "b", "c"];

    [Fact]
    public void The_shares_are_those_of_a_function_whose_variances_are_known()
    {
        // Of a sum of independent terms each explains its own variance: 4/12, 1/12 and 2/9 of 23/36.
        var (points, losses) = Sample(400, point => 2 * point[0] + point[1] + Effect(point[2]));

        var shares = Fanova.MainEffects(
            [Feature.Number(0, 1), Feature.Number(0, 1), Feature.Choice(3), Feature.Number(0, 1)], points, losses);

        Assert.Equal(0.522, shares[0], 0.06);
        Assert.Equal(0.130, shares[1], 0.05);
        Assert.Equal(0.348, shares[2], 0.06);
        Assert.InRange(shares[3], 0, 0.02);
    }

    [Fact]
    public void What_only_matters_together_is_nobody_s_own()
    {
        var (points, losses) = Sample(600, point => point[0] > 0.5 == point[1] > 0.5 ? 1 : 0);

        var shares = Fanova.MainEffects(
            [Feature.Number(0, 1), Feature.Number(0, 1), Feature.Choice(3), Feature.Number(0, 1)], points, losses);

        Assert.True(shares.Sum() < 0.15, string.Join(' ', shares));
    }

    [Fact]
    public void Nothing_is_important_for_a_constant_or_for_a_single_run()
    {
        var (points, losses) = Sample(50, _ => 3);
        Feature[] features = [Feature.Number(0, 1), Feature.Number(0, 1), Feature.Choice(3), Feature.Number(0, 1)];

        Assert.All(Fanova.MainEffects(features, points, losses), share => Assert.Equal(0, share));
        Assert.All(Fanova.MainEffects(features, points[..1], losses[..1]), share => Assert.Equal(0, share));
        Assert.Throws<ArgumentException>(() => Fanova.MainEffects(features, points, losses[..10]));
    }

    [Fact]
    public async Task Optuna_says_the_same()
    {
        var (points, losses) = Sample(200, point => Math.Pow(4 * point[0] - 1, 2) + point[1] * 2 + Effect(point[2]) + point[0] * point[3]);
        var file = Path.GetTempFileName();
        JsonElement theirs;
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
            {
                names = new[] { "w", "x", "y", "z" },
                ranges = new object[] { new[] { 0, 1 }, new[] { 0, 1 }, Options, new[] { 0, 1 } },
                points = points.Select(point => new object[] { point[0], point[1], Options[(int)point[2]], point[3] }),
                losses,
            }), TestContext.Current.CancellationToken);
            theirs = await OptunaReference.RunAsync("optuna_fanova.py", "optuna, sklearn", file);
        }
        finally
        {
            File.Delete(file);
        }

        var ours = Fanova.MainEffects(
            [Feature.Number(0, 1), Feature.Number(0, 1), Feature.Choice(3), Feature.Number(0, 1)], points, losses);

        foreach (var (share, name) in ours.Zip(["w", "x", "y", "z"]))
        {
            Assert.Equal(theirs.GetProperty(name).GetDouble(), share / ours.Sum(), 0.03);
        }
    }

    private static double Effect(double option) => option == 2 ? 1 : 0;

    private static (double[][] Points, double[] Losses) Sample(int count, Func<double[], double> loss)
    {
        var random = new Random(1);
        double[][] points =
        [
            .. Enumerable.Range(0, count)
                .Select(_ => new[] { random.NextDouble(), random.NextDouble(), random.Next(3), random.NextDouble() }),
        ];
        return (points, [.. points.Select(loss)]);
    }
}
