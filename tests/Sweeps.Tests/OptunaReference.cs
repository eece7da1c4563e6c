using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Trainyard.Sweeps.Tests;

/// <summary>Debian's python3-optuna, where it is installed.</summary>
internal static class OptunaReference
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Runs a script beside the tests and reads the JSON it prints. Skips the test where a module is missing.</summary>
    public static async Task<JsonElement> RunAsync(string script, string needs, params string[] arguments)
    {
        var (found, _, _) = await StartAsync("-c", $"import {needs}");
        Assert.SkipUnless(found == 0, $"{Python} has no {needs} (Debian: python3-optuna and, for importance, python3-sklearn).");
        var (exit, output, errors) = await StartAsync([Path.Combine(AppContext.BaseDirectory, script), .. arguments]);
        Assert.True(exit == 0, errors);
        return JsonElement.Parse(output);
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<(int Exit, string Output, string Errors)> StartAsync(params string[] arguments)
    {
        if (!File.Exists(Python))
        {
            return (127, "", "");
        }
        using var process = Process.Start(new ProcessStartInfo(Python, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{Python} did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
