using System.CommandLine;
using System.Diagnostics;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Training;

/// <summary>Trains runs one after the other in one Standalone; its memory should not grow with their number.</summary>
internal sealed class TrainingMemory : IBenchmark
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(2);

    private readonly Option<int> runs = BenchmarkOption.Number("--runs", 50, "runs to train");
    private readonly Option<int> steps = BenchmarkOption.Number("--steps", 12, "steps of a run");
    private readonly Option<string> size = BenchmarkOption.Text("--size", "tiny", "preset of the model");

    public string Name => "training-memory";

    public string Summary => "memory of a Standalone that trains run after run; flat, and back at the start when it is idle";

    public IEnumerable<Option> Options => [runs, steps, size];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        using var data = new TemporaryFolder();
        using var text = new TemporaryFolder();
        SyntheticText.Write(Path.Combine(text.Path, "text.txt"));
        await using var process = await TrainyardProcess.StartAsync("Standalone", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["APP__DATA_ROOT"] = data.Path,
            ["APP__CORPUS_ROOT"] = text.Path,
        });
        using var client = new TrainyardClient(process.Address);
        await client.ReadyAsync(TimeSpan.FromMinutes(1));
        var tokenizer = await client.TrainTokenizerAsync(".", vocabulary: 4096);

        report.Columns(
            "runs done", "MiB of the server after the run", "MiB of its compute process", "peak MiB of both while training", "s");
        report.Row(0, Mebibytes(process.ResidentBytes), "", "", "");
        for (var run = 1; run <= options.GetValue(runs); run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var id = await client.StartRunAsync(new
            {
                model_size = options.GetValue(size),
                tokenizer_id = tokenizer,
                corpus_path = ".",
                max_steps = options.GetValue(steps),
                keep_checkpoints = 1,
            });
            var peak = 0L;
            while (!await client.OverAsync(id))
            {
                peak = Math.Max(peak, process.ResidentBytes + process.ChildrenResidentBytes);
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            // The worker frees the memory just after the run's end is stored.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            if (run <= 5 || run % 5 == 0)
            {
                report.Row(run, Mebibytes(process.ResidentBytes), Mebibytes(process.ChildrenResidentBytes), Mebibytes(peak), seconds);
            }
        }
        using var limit = new CancellationTokenSource(IdleLimit);
        while (process.Children.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
        report.Row("idle", Mebibytes(process.ResidentBytes), 0, "", "");
    }

    private static long Mebibytes(long bytes) => bytes >> 20;
}
