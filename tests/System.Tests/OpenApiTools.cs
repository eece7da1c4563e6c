using System.ComponentModel;
using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>Programs that tests run in a folder, such as those of <c>tests/System.Tests/openapi</c>.</summary>
internal static class OpenApiTools
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static string Folder => Repository.PathTo("tests", "System.Tests", "openapi");

    /// <summary>Runs a program of the npm packages. Without Node the calling test is skipped.</summary>
    public static async Task<string> NodeAsync(string program, params string[] arguments)
    {
        await Installed.Value;
        return await RunAsync(Folder, program, arguments);
    }

    /// <summary>Runs a program to its end, which must be a good one, and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It would ask the internet for a newer one.
        start.Environment["KIOTA_UPDATE__DISABLED"] = "true";
        start.Environment["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true";
        using var process = Started(start);
        try
        {
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var written = string.Concat(await output.WaitAsync(Limit));
            await process.WaitForExitAsync().WaitAsync(Limit);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {written}");
            return written;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        }
        catch (Win32Exception missing)
        {
            Assert.Skip($"{start.FileName} is not here: {missing.Message}");
            throw;
        }
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            await RunAsync(Folder, "npm", "ci", "--no-audit", "--no-fund");
        }
    }
}
