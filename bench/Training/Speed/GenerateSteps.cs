using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Trainyard.Bench.Reporting;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.Generation;
using static TorchSharp.torch;

namespace Trainyard.Bench.Training.Speed;

/// <summary>Times the tokens of a text that a GPT-2 with random weights writes, in a process of their own.</summary>
internal sealed class GenerateSteps : IBenchmark
{
    private readonly Option<int> layers = BenchmarkOption.Number("--layers", 12, "blocks");
    private readonly Option<int> heads = BenchmarkOption.Number("--heads", 12, "attention heads");
    private readonly Option<int> dim = BenchmarkOption.Number("--dim", 768, "width");
    private readonly Option<int> vocabulary = BenchmarkOption.Number("--vocabulary", 50257, "tokens in the vocabulary");
    private readonly Option<int> tokens = BenchmarkOption.Number("--tokens", 256, "tokens to write");

    public string Name => "generate-steps";

    public string Summary => "milliseconds of each token that a GPT-2 writes";

    public IEnumerable<Option> Options => [layers, heads, dim, vocabulary, tokens];

    public Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var count = options.GetValue(tokens);
        TorchRuntime.EnsureLoaded();
        var shape = (LanguageModelShape)ModelFamilies.Named("gpt2").Prepare(new(
            options.GetValue(vocabulary), options.GetValue(layers), options.GetValue(heads), KvHeads: null, options.GetValue(dim), count));
        using var model = LanguageModel.Create(shape, seed: 1);
        using var cache = new KeyValueCache(shape);
        var sampler = new Sampler(new() { Seed = 1 });
        long token = 0;
        for (var index = 0; index < count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var logits = model.Next(tensor([token], [1, 1]), cache);
            token = sampler.Next(logits.data<float>().ToArray());
            report.Note(string.Create(
                CultureInfo.InvariantCulture, $"step_ms {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.###}"));
        }
        report.Note($"peak_mib {Environment.WorkingSet >> 20}");
        return Task.CompletedTask;
    }
}
