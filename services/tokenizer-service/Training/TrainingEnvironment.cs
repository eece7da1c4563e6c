using System.Reflection;
using System.Runtime.InteropServices;

namespace Trainyard.TokenizerService.Training;

/// <summary>The software and machine a tokenizer was trained with.</summary>
internal sealed record TrainingEnvironment(string Trainyard, string? GitCommit, string Dotnet, string Os, string Cpu, int Processors)
{
    public static TrainingEnvironment Current { get; } = Create();

    private static TrainingEnvironment Create()
    {
        var assembly = typeof(Trainyard.Tokenizers.BpeTrainer).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return version.Split('+') is [var release, var commit]
            ? Create(release, commit)
            : Create(version, commit: null);
    }

    private static TrainingEnvironment Create(string release, string? commit) => new(
        release, commit, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, CpuName(), Environment.ProcessorCount);

    private static string CpuName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
