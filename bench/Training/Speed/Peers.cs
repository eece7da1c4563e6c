using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.Bench.Training.Speed;

/// <summary>Other programs that train the same model.</summary>
internal static class Peers
{
    private const string Python = "/usr/bin/python3";

    private static string Folder => Repository.PathTo("bench", "Training", "Speed");

    /// <summary>Builds llm.c's steps; null without its sources.</summary>
    public static async Task<string?> BuildLlmCAsync(string? sources, string into, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(sources))
        {
            return null;
        }
        var program = Path.Combine(into, "llmc_steps");
        using var compiler = Process.Start("gcc",
        [
            "-O3", "-march=native", "-Ofast", "-fopenmp", "-Wno-unused-result", "-I", sources,
            Path.Combine(Folder, "llmc_steps.c"), "-o", program, "-lm",
        ]);
        await compiler.WaitForExitAsync(cancellationToken);
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"gcc ended with {compiler.ExitCode}.");
    }

    /// <summary>Whether Debian's PyTorch is there.</summary>
    public static async Task<bool> HasPyTorchAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Python))
        {
            return false;
        }
        using var import = Process.Start(new ProcessStartInfo(Python, ["-c", "import torch"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        });
        await (import?.WaitForExitAsync(cancellationToken) ?? Task.CompletedTask);
        return import?.ExitCode == 0;
    }

    /// <summary>The same steps in llm.c, which has neither dropout nor accumulation.</summary>
    public static async Task<StepTimes?> LlmCAsync(string? program, SpeedRow row, CancellationToken cancellationToken) =>
        program is null || row.Dropout > 0 || row.Accumulation > 1
            ? null
            : await StepProcess.RunAsync(
                program,
                ((int[])[row.Layers, row.Heads, row.Dim, row.Vocabulary, row.Batch, row.Length, row.Steps])
                    .Select(number => SpeedRow.Text(number)),
                sameAllocator: false,
                cancellationToken);

    /// <summary>The same steps in PyTorch.</summary>
    public static Task<StepTimes> PyTorchAsync(SpeedRow row, bool sameAllocator, bool autocast, CancellationToken cancellationToken) =>
        StepProcess.RunAsync(
            Python,
            [Path.Combine(Folder, "pytorch_steps.py"), .. row.Options, .. autocast ? (string[])["--autocast"] : []],
            sameAllocator,
            cancellationToken);

    /// <summary>Trainyard's own steps, in a process like the others.</summary>
    public static Task<StepTimes> TrainyardAsync(SpeedRow row, bool bfloat16, CancellationToken cancellationToken) =>
        OwnAsync(["train-steps", .. row.Options, .. bfloat16 ? (string[])["--bf16"] : []], cancellationToken);

    /// <summary>Tokens that a model of 124 million parameters writes in PyTorch.</summary>
    public static Task<StepTimes> PyTorchGenerateAsync(int tokens, bool bfloat16, CancellationToken cancellationToken) =>
        StepProcess.RunAsync(
            Python,
            [
                Path.Combine(Folder, "pytorch_generate.py"), "--layers", "12", "--heads", "12", "--dim", "768", "--vocabulary", "50257",
                "--tokens", SpeedRow.Text(tokens), .. bfloat16 ? (string[])["--bf16"] : [],
            ],
            sameAllocator: true,
            cancellationToken);

    /// <summary>The same tokens by Trainyard.</summary>
    public static Task<StepTimes> GenerateAsync(int tokens, CancellationToken cancellationToken) =>
        OwnAsync(["generate-steps", "--tokens", SpeedRow.Text(tokens)], cancellationToken);

    private static Task<StepTimes> OwnAsync(IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(Peers).Assembly.Location] : [];
        return StepProcess.RunAsync(program, [.. host, .. command], sameAllocator: false, cancellationToken);
    }
}
