using System.Diagnostics;
using System.Text.Json;

namespace Trainyard.TensorBoard.Tests;

/// <summary>Runs the Python scripts beside the tests.</summary>
internal static class OutsideReaders
{
    /// <summary>Returns the lines of JSON that a script prints; skips the test if this machine lacks what the script needs.</summary>
    public static async Task<List<JsonElement>> RunAsync(string script, string argument)
    {
        const int NotInstalled = 77;
        var start = new ProcessStartInfo(
            File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3",
            [Path.Combine(AppContext.BaseDirectory, script), argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var python = Start(start);
        var (output, error) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (python.ExitCode == NotInstalled)
        {
            Assert.Skip($"This machine's Python lacks what {script} needs: {await error}");
        }
        Assert.True(python.ExitCode == 0, await error);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("This machine has no python3.");
            throw;
        }
    }
}
