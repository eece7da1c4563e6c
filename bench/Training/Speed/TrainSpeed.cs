using System.CommandLine;
using Trainyard.Bench.Reporting;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Training.Speed;

/// <summary>
/// A full training step against llm.c and PyTorch, in interleaved rounds. Each ratio is the median of the rounds' own ratios, with the
/// lowest and the highest.
/// </summary>
internal sealed class TrainSpeed : IBenchmark
{
    private readonly Option<string> llmC = BenchmarkOption.Text("--llmc", "", "folder with llm.c's train_gpt2.c; not measured without");
    private readonly Option<int> rounds = BenchmarkOption.Number("--rounds", 5, "rounds");
    private readonly Option<string> only = BenchmarkOption.Text("--only", "", "names of rows, separated by commas; all without");
    private readonly Option<int> peak = BenchmarkOption.Number("--peak", 228, "float32 GFLOP/s of this machine; bfloat16 is counted twice");

    public string Name => "train";

    public string Summary => "a training step against llm.c and PyTorch, paired in the same round";

    public IEnumerable<Option> Options => [llmC, rounds, only, peak];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var program = await Peers.BuildLlmCAsync(options.GetValue(llmC), folder.Path, cancellationToken);
        var hasPyTorch = await Peers.HasPyTorchAsync(cancellationToken);
        if (program is null)
        {
            report.Note("llm.c is not measured: --llmc names no sources.");
        }
        if (!hasPyTorch)
        {
            report.Note("PyTorch is not measured: /usr/bin/python3 has no torch (Debian's package python3-torch).");
        }
        report.Columns(
            "row", "fp32 ms", "of peak %", "MiB", "bf16 ms", "of peak %", "MiB", "fp32 : llm.c", "fp32 : PyTorch",
            "fp32 : PyTorch, same allocator", "bf16 : PyTorch autocast, same allocator", "bf16 : fp32");
        var chosen = options.GetValue(only) is { Length: > 0 } names ? names.Split(',') : [];
        foreach (var row in SpeedRow.All.Where(row => chosen is [] || chosen.Contains(row.Name)))
        {
            List<Round> measured = [];
            for (var round = 0; round < options.GetValue(rounds); round++)
            {
                measured.Add(new(
                    await Peers.TrainyardAsync(row, bfloat16: false, cancellationToken),
                    await Peers.LlmCAsync(program, row, cancellationToken),
                    hasPyTorch ? await Peers.PyTorchAsync(row, sameAllocator: false, autocast: false, cancellationToken) : null,
                    hasPyTorch ? await Peers.PyTorchAsync(row, sameAllocator: true, autocast: false, cancellationToken) : null,
                    await Peers.TrainyardAsync(row, bfloat16: true, cancellationToken),
                    hasPyTorch ? await Peers.PyTorchAsync(row, sameAllocator: true, autocast: true, cancellationToken) : null));
            }
            Write(row, measured, options.GetValue(peak), report);
        }
    }

    private static void Write(SpeedRow row, List<Round> rounds, double peak, Report report)
    {
        var single = Median(rounds.Select(round => round.Single.Milliseconds));
        var half = Median(rounds.Select(round => round.Half.Milliseconds));
        report.Row(
            row.Name,
            single, Share(row, single, peak), Median(rounds.Select(round => round.Single.PeakMebibytes)),
            half, Share(row, half, 2 * peak), Median(rounds.Select(round => round.Half.PeakMebibytes)),
            Ratio(rounds, round => round.LlmC, round => round.Single),
            Ratio(rounds, round => round.PyTorch, round => round.Single),
            Ratio(rounds, round => round.SameAllocator, round => round.Single),
            Ratio(rounds, round => round.Autocast, round => round.Half),
            Ratio(rounds, round => round.Single, round => round.Half));
    }

    private static double Share(SpeedRow row, double milliseconds, double peak) => 100 * row.Flops / 1e6 / milliseconds / peak;

    private static string Ratio(List<Round> rounds, Func<Round, StepTimes?> peer, Func<Round, StepTimes> own)
    {
        double[] ratios =
        [
            .. rounds.Where(round => peer(round) is not null)
                .Select(round => (peer(round)?.Milliseconds ?? 0) / own(round).Milliseconds).Order(),
        ];
        return ratios is [] ? "" : FormattableString.Invariant($"{ratios[ratios.Length / 2]:0.00} [{ratios[0]:0.00}-{ratios[^1]:0.00}]");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[ordered.Length / 2];
    }

    private sealed record Round(
        StepTimes Single, StepTimes? LlmC, StepTimes? PyTorch, StepTimes? SameAllocator, StepTimes Half, StepTimes? Autocast);
}
