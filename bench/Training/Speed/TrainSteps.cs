using System.CommandLine;
using System.Globalization;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Compute;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;
using Trainyard.Models.Loop;
using Trainyard.Models.Training;

namespace Trainyard.Bench.Training.Speed;

/// <summary>Times steps of Trainyard's training loop on random tokens, with random weights, in a process of their own.</summary>
internal sealed class TrainSteps : IBenchmark
{
    private readonly Option<int> layers = BenchmarkOption.Number("--layers", 4, "blocks");
    private readonly Option<int> heads = BenchmarkOption.Number("--heads", 4, "attention heads");
    private readonly Option<int> dim = BenchmarkOption.Number("--dim", 128, "width");
    private readonly Option<int> vocabulary = BenchmarkOption.Number("--vocabulary", 4096, "tokens in the vocabulary");
    private readonly Option<int> batch = BenchmarkOption.Number("--batch", 16, "sequences of a forward pass");
    private readonly Option<int> length = BenchmarkOption.Number("--length", 128, "tokens of a sequence");
    private readonly Option<int> accumulation = BenchmarkOption.Number("--accumulation", 1, "forward passes of a step");
    private readonly Option<int> steps = BenchmarkOption.Number("--steps", 20, "steps");
    private readonly Option<double> dropout = new("--dropout") { HelpName = "N", Description = "share of values to drop" };
    private readonly Option<bool> bfloat16 = new("--bf16") { Description = "compute products in bfloat16" };

    public string Name => "train-steps";

    public string Summary => "milliseconds of each step of a GPT-2, without anything around it";

    public IEnumerable<Option> Options =>
        [layers, heads, dim, vocabulary, batch, length, accumulation, steps, dropout, bfloat16];

    public Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var (words, window, count) = (options.GetValue(vocabulary), options.GetValue(length), options.GetValue(steps));
        var sequences = options.GetValue(batch) * options.GetValue(accumulation) * count;
        var random = new Random(1);
        int[] Tokens(int number) => [.. Enumerable.Range(0, number).Select(_ => random.Next(words))];
        var corpus = TokenizedCorpus.OpenOrCreate(Path.Combine(folder.Path, "corpus"), words,
            [new(Tokens((sequences * window) + 1), IsHeldOut: false), new(Tokens(window + 1), IsHeldOut: true)]);
        var shape = ModelFamilies.Named("gpt2")
            .Prepare(new(words, options.GetValue(layers), options.GetValue(heads), KvHeads: null, options.GetValue(dim), window));
        using var task = new LanguageModelTask(
            new()
            {
                Shape = shape,
                BatchSize = options.GetValue(batch),
                GradientAccumulation = options.GetValue(accumulation),
                MaxSteps = count,
                Dropout = options.GetValue(dropout),
                Precision = options.GetValue(bfloat16) ? Precision.Bf16 : Precision.Fp32,
                LearningRate = 1e-4,
            },
            corpus);
        using var loop = new TrainingLoop(task, new CheckpointStore(Path.Combine(folder.Path, "checkpoints")), made =>
        {
            if (made is StepMade step)
            {
                report.Note(string.Create(CultureInfo.InvariantCulture, $"step_ms {step.Seconds * 1000:0.###}"));
                if (step.Step == count)
                {
                    report.Note($"peak_mib {Environment.WorkingSet >> 20}");
                }
            }
        });
        loop.Run(new TrainingControl(), cancellationToken);
        return Task.CompletedTask;
    }
}
