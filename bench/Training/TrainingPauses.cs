using System.CommandLine;
using System.Text.Json.Nodes;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Training;

/// <summary>How long evaluations, samples and checkpoints keep a run from training, as its manifest counts it.</summary>
internal sealed class TrainingPauses : IBenchmark
{
    private readonly Option<string> size = BenchmarkOption.Text("--size", "tiny", "preset of the model");
    private readonly Option<int> steps = BenchmarkOption.Number("--steps", 100, "steps of the run");
    private readonly Option<int> evaluations = BenchmarkOption.Number("--eval-every", 10, "steps between evaluations");
    private readonly Option<int> checkpoints = BenchmarkOption.Number("--checkpoint-every", 10, "steps between checkpoints");
    private readonly Option<int> batch = BenchmarkOption.Number("--batch", 16, "sequences of a step");
    private readonly Option<int> length = BenchmarkOption.Number("--length", 128, "tokens of a sequence");

    public string Name => "training-pauses";

    public string Summary => "seconds of a run spent on evaluations, samples and checkpoints instead of training";

    public IEnumerable<Option> Options => [size, steps, evaluations, checkpoints, batch, length];

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
        await client.ReadyAsync(TimeSpan.FromMinutes(5));
        var tokenizer = await client.TrainTokenizerAsync(".", vocabulary: 4096);
        var run = await client.StartRunAsync(new
        {
            model_size = options.GetValue(size),
            tokenizer_id = tokenizer,
            corpus_path = ".",
            max_steps = options.GetValue(steps),
            eval_every = options.GetValue(evaluations),
            checkpoint_every = options.GetValue(checkpoints),
            batch_size = options.GetValue(batch),
            max_seq_len = options.GetValue(length),
            keep_checkpoints = 1,
        });
        await client.RunEndsAsync(run, "completed", TimeSpan.FromHours(2));

        var manifest = await client.GetAsync($"/api/artifacts/models/{run}/manifest.json");
        var spent = manifest["durations"] ?? throw new InvalidOperationException(manifest.ToString());
        var saved = manifest["checkpoints"]?.GetValue<int>() ?? 0;
        var all = Seconds(spent, "training");
        report.Columns("part", "s", "% of the training loop", "times", "s each");
        foreach (var (part, times) in (IEnumerable<(string, int)>)
            [
                ("evaluation", options.GetValue(steps) / options.GetValue(evaluations)),
                ("sampling", options.GetValue(steps) / options.GetValue(evaluations)),
                ("checkpoint", saved),
            ])
        {
            var seconds = Seconds(spent, part);
            report.Row(part, seconds, 100 * seconds / all, times, seconds / Math.Max(1, times));
        }
        report.Row("the whole training loop", all, 100, options.GetValue(steps), all / options.GetValue(steps));
    }

    private static double Seconds(JsonNode durations, string part) => durations[$"{part}_seconds"]?.GetValue<double>() ?? 0;
}
