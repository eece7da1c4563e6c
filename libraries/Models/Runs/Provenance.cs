using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using Trainyard.Models.Compute;

namespace Trainyard.Models.Runs;

/// <summary>The software, commit and machine of a run.</summary>
internal static class Provenance
{
    public static IReadOnlyDictionary<string, string> Versions { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["trainyard"] = VersionOf(typeof(Provenance).Assembly),
        ["torchsharp"] = VersionOf(typeof(torch).Assembly),
        ["libtorch"] = torch.__version__,
        ["dotnet"] = Environment.Version.ToString(),
    };

    public static MachineDescription Machine(int threads, TorchRuntime.Settings settings) =>
        new(Cpu(), Environment.ProcessorCount, threads, settings.MatrixLibrary, RuntimeInformation.OSDescription);

    /// <summary>The commit checked out in a folder or one above it.</summary>
    public static string? GitCommit(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var git = Path.Combine(at.FullName, ".git");
            if (!Directory.Exists(git))
            {
                continue;
            }

            var head = ReadLine(Path.Combine(git, "HEAD"));
            if (head is null || !head.StartsWith("ref: ", StringComparison.Ordinal))
            {
                return head;
            }
            var branch = head["ref: ".Length..];
            return ReadLine(Path.Combine(git, branch))
                ?? (File.Exists(Path.Combine(git, "packed-refs"))
                    ? File.ReadLines(Path.Combine(git, "packed-refs"))
                        .FirstOrDefault(line => line.EndsWith(' ' + branch, StringComparison.Ordinal))?.Split(' ')[0]
                    : null);
        }
        return null;
    }

    private static string? ReadLine(string path) => File.Exists(path) ? File.ReadLines(path).FirstOrDefault() : null;

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";

    private static string Cpu()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
