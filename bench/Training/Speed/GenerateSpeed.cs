using System.CommandLine;
using Trainyard.Bench.Reporting;

namespace Trainyard.Bench.Training.Speed;

/// <summary>Tokens a second of a 124M model against PyTorch with a cache of keys and values, in interleaved rounds.</summary>
internal sealed class GenerateSpeed : IBenchmark
{
    private readonly Option<int> rounds = BenchmarkOption.Number("--rounds", 5, "rounds");
    private readonly Option<int> tokens = BenchmarkOption.Number("--tokens", 256, "tokens to write");

    public string Name => "generate";

    public string Summary => "generating text against PyTorch, paired in the same round";

    public IEnumerable<Option> Options => [rounds, tokens];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        if (!await Peers.HasPyTorchAsync(cancellationToken))
        {
            report.Note("PyTorch is not measured: /usr/bin/python3 has no torch (Debian's package python3-torch).");
            return;
        }
        var count = options.GetValue(tokens);
        report.Columns("round", "ms a token", "MiB", "PyTorch fp32", "PyTorch bf16", "ratio to fp32", "ratio to bf16");
        List<double> ratios = [];
        for (var round = 1; round <= options.GetValue(rounds); round++)
        {
            var own = await Peers.GenerateAsync(count, cancellationToken);
            var single = await Peers.PyTorchGenerateAsync(count, bfloat16: false, cancellationToken);
            var half = await Peers.PyTorchGenerateAsync(count, bfloat16: true, cancellationToken);
            ratios.Add(single.Milliseconds / own.Milliseconds);
            report.Row(
                round, own.Milliseconds, own.PeakMebibytes, single.Milliseconds, half.Milliseconds, ratios[^1],
                half.Milliseconds / own.Milliseconds);
        }
        ratios.Sort();
        report.Note(FormattableString.Invariant($"Median ratio to PyTorch fp32: {ratios[ratios.Count / 2]:0.00}"));
    }
}
