using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

/// <summary>An AppHost as a process of its own, for what it prints.</summary>
internal static class AppHostProcess
{
    public static Task<(int Code, string Output)> RunToEndAsync(params string[] arguments) => RunToEndAsync(home: null, arguments);

    /// <param name="home">The user's home folder; null for the one of the tests.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<(int Code, string Output)> RunToEndAsync(TemporaryFolder? home, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(Projects.AppHost).Assembly.Location.Replace(".Tests", "", StringComparison.Ordinal), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathTo("AppHost"),
        };
        if (home is not null)
        {
            start.Environment["HOME"] = home.Path;
        }
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output + await errors);
    }
}
