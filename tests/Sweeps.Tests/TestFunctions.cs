namespace Trainyard.Sweeps.Tests;

/// <summary>A function to minimise, as samplers are usually compared on.</summary>
internal sealed record TestFunction(string Name, SearchSpace Space, Func<double[], double> Loss)
{
    /// <summary>The least loss a sampler finds.</summary>
    public double Search(ISampler sampler, int trials)
    {
        var history = new List<Trial>();
        for (var trial = 0; trial < trials; trial++)
        {
            var point = sampler.Next(history) ?? throw new InvalidOperationException("There is no point left.");
            history.Add(new(point, TrialState.Completed, Loss(point)));
        }
        return history.Min(trial => trial.Loss);
    }
}

internal static class TestFunctions
{
    private static readonly double[][] HartmannA =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] HartmannP =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    private static readonly double[] HartmannC = [1, 1.2, 3, 3.2];
    private static readonly double[] Families = [0.5, 0, 1];

    public static readonly TestFunction[] All =
    [
        Sphere(2),
        Sphere(5),
        new("branin", Box(("x0", -5, 10), ("x1", 0, 15)), x =>
            Math.Pow(x[1] - 5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0] + 5 / Math.PI * x[0] - 6, 2)
                + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x[0]) + 10),
        new("hartmann6", Box([.. Enumerable.Range(0, 6).Select(at => ($"x{at}", 0.0, 1.0))]), x => -Enumerable.Range(0, 4).Sum(row =>
            HartmannC[row] * Math.Exp(-Enumerable.Range(0, 6).Sum(at => HartmannA[row][at] * Math.Pow(x[at] - HartmannP[row][at], 2))))),
        new("rosenbrock", Box(("x0", -2, 2), ("x1", -2, 2)), x => 100 * Math.Pow(x[1] - x[0] * x[0], 2) + Math.Pow(1 - x[0], 2)),
        new(
            "mixed",
            new(
            [
                new Real("lr", 1e-5, 1, Log: true), new Whole("layers", 1, 12),
                new Whole("width", 8, 1024, Log: true), new Choice("family", ["a", "b", "c"]),
            ]),
            x =>
                Math.Pow(Math.Log10(x[0]) + 3, 2) + Math.Pow((x[1] - 7) / 4, 2) + Math.Pow(Math.Log2(x[2]) - 7, 2) / 4
                    + Families[(int)x[3]]),
    ];

    public static TestFunction Named(string name) => All.Single(function => function.Name == name);

    private static TestFunction Sphere(int dimensions) =>
        new(
            $"sphere{dimensions}",
            Box([.. Enumerable.Range(0, dimensions).Select(at => ($"x{at}", -5.0, 5.0))]),
            x => x.Sum(one => (one - 1) * (one - 1)));

    private static SearchSpace Box(params (string Name, double Low, double High)[] ranges) =>
        new([.. ranges.Select(range => new Real(range.Name, range.Low, range.High))]);
}
