using System.ComponentModel;
using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>The dashboard's own checks: its types, its rules of style and accessibility, and the tests of its parts.</summary>
public sealed class DashboardSourceTests
{
    [Theory]
    [InlineData("types")]
    [InlineData("lint")]
    [InlineData("test")]
    public async Task Its_own_checks_pass(string script)
    {
        var folder = Repository.PathTo("clients", "dashboard");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "Node or its packages are not here.");

        var (code, output) = await RunAsync(folder, "run", script);

        Assert.True(code == 0, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", arguments)
            {
                UseShellExecute = false,
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new InvalidOperationException("npm did not start.");
            var output = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
            return (npm.ExitCode, string.Concat(output));
        }
        catch (Win32Exception missing)
        {
            Assert.Skip($"Node is not here: {missing.Message}");
            throw;
        }
    }
}
