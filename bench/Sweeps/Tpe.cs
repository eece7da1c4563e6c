using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Trainyard.Bench.Reporting;
using Trainyard.Sweeps;
using Trainyard.Sweeps.Tests;

namespace Trainyard.Bench.Sweeps;

/// <summary>Compares TPE with Debian's python3-optuna over many seeds.</summary>
internal sealed class Tpe : IBenchmark
{
    private readonly Option<int> trials = BenchmarkOption.Number("--trials", 100, "trials of each search");
    private readonly Option<int> seeds = BenchmarkOption.Number("--seeds", 20, "searches of each function");
    private readonly Option<string> functions = BenchmarkOption.Text(
        "--functions", string.Join(',', TestFunctions.All.Select(function => function.Name)), "functions, with commas between them");

    public string Name => "tpe";

    public string Summary => "minimum losses of TPE, Optuna and random search";

    public IEnumerable<Option> Options => [trials, seeds, functions];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var (length, repeats) = (options.GetValue(trials), options.GetValue(seeds));
        report.Note($"Median of the minimum loss over {repeats} seeds of {length} trials.");
        report.Note("z: standard deviations by which the ranks of Trainyard's losses lie above Optuna's; beyond ±2 is more than noise.");
        report.Columns("function", "Trainyard", "Optuna", "random", "z", "Trainyard s", "Optuna s");
        foreach (var function in options.GetRequiredValue(functions).Split(',').Select(TestFunctions.Named))
        {
            var watch = Stopwatch.StartNew();
            double[] ours = [.. Enumerable.Range(0, repeats).Select(seed => function.Search(new TpeSampler(function.Space, seed), length))];
            var ourTime = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var optuna = await OptunaAsync(function.Name, length, repeats, cancellationToken);
            var theirTime = watch.Elapsed.TotalSeconds;
            double[] random =
                [.. Enumerable.Range(0, repeats).Select(seed => function.Search(new RandomSampler(function.Space, seed), length))];
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
