using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Trainyard.Bench.Training.Speed;

/// <summary>A program that prints the time of each of its steps.</summary>
internal static class StepProcess
{
    private const int WarmUp = 2;

    // What TorchRuntime sets for Trainyard's own process.
    private static readonly (string Name, string Value)[] Allocator =
    [
        ("MALLOC_MMAP_MAX_", "0"),
        ("MALLOC_TRIM_THRESHOLD_", "2147483647"),
        ("MALLOC_TOP_PAD_", "67108864"),
        ("MALLOC_ARENA_MAX", "2"),
    ];

    /// <returns>The median of the steps after the first two, in milliseconds, and the most memory, in MiB.</returns>
    public static async Task<StepTimes> RunAsync(
        string program, IEnumerable<string> arguments, bool sameAllocator, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in sameAllocator ? Allocator : [])
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        List<double> steps = [];
        double memory = 0;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.Split(' ') is [var what, var value])
                {
                    _ = what switch
                    {
                        "step_ms" => Add(steps, Number(value)),
                        "peak_mib" => memory = Number(value),
                        _ => 0,
                    };
                }
            }
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        if (process.ExitCode != 0 || steps.Count <= WarmUp)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode} after {steps.Count} steps: {await errors}");
        }
        double[] counted = [.. steps.Skip(WarmUp).Order()];
        return new(counted[counted.Length / 2], memory);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Add(List<double> steps, double value)
    {
        steps.Add(value);
        return value;
    }
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct StepTimes(double Milliseconds, double PeakMebibytes);
