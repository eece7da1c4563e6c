using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Trainyard.Bench.Reporting;
using Trainyard.MetricSeries.Summaries;
using Trainyard.Sweeps;
using Trainyard.Sweeps.Tests;

namespace Trainyard.Bench.Sweeps;

/// <summary>Compares TPE with Debian's python3-optuna over many seeds.</summary>
internal sealed class Tpe : IBenchmark
{
    public string Name => "tpe";

    public string Summary => "minimum losses of TPE, Optuna and random search (--trials 100 --seeds 20 --functions sphere2,branin)";

    public async Task RunAsync(BenchmarkOptions options, Report report, CancellationToken cancellationToken)
    {
        var (trials, seeds) = (options.Number("trials", 100), options.Number("seeds", 20));
        var names = options.Text("functions", string.Join(',', TestFunctions.All.Select(function => function.Name))).Split(',');
        report.Note($"Median of the minimum loss over {seeds} seeds of {trials} trials.");
        report.Note("z: standard deviations by which the ranks of Trainyard's losses lie above Optuna's; beyond ±2 is more than noise.");
        report.Columns("function", "Trainyard", "Optuna", "random", "z", "Trainyard s", "Optuna s");
        foreach (var function in names.Select(TestFunctions.Named))
        {
            var watch = Stopwatch.StartNew();
            double[] ours = [.. Enumerable.Range(0, seeds).Select(seed => function.Search(new TpeSampler(function.Space, seed), trials))];
            var ourTime = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var optuna = await OptunaAsync(function.Name, trials, seeds, cancellationToken);
            var theirTime = watch.Elapsed.TotalSeconds;
            double[] random =
                [.. Enumerable.Range(0, seeds).Select(seed => function.Search(new RandomSampler(function.Space, seed), trials))];
            report.Row(
                function.Name, Format(Median(ours)), optuna is null ? "not installed" : Format(Median(optuna)), Format(Median(random)),
                optuna is null ? "" : RankTest.Z(ours, optuna), ourTime, optuna is null ? "" : theirTime);
        }
    }

    private static async Task<double[]?> OptunaAsync(string function, int trials, int seeds, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "optuna_tpe.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, Text(trials), Text(seeds), function])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("Python did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? [.. JsonElement.Parse(output).GetProperty(function).EnumerateArray().Select(loss => loss.GetDouble())]
            : null;
    }

    private static double Median(double[] values)
    {
        double[] ordered = [.. values.Order()];
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    private static string Format(double loss) => loss.ToString("G3", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
