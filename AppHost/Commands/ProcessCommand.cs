using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Trainyard.AppHost.Commands;

internal static class ProcessCommand
{
    /// <summary>Runs a program and logs its output. On failure, the error contains its last line.</summary>
    public static async Task<ExecuteCommandResult> RunAsync(
        string program, IEnumerable<string> arguments, Dictionary<string, string?> environment, ExecuteCommandContext context)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        var lastLine = "";
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return CommandResults.Failure($"{program} could not be started. Is it installed and on the PATH? {exception.Message}");
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? CommandResults.Success()
            : CommandResults.Failure($"{program} failed with exit code {process.ExitCode}: {lastLine}");

        void Log(string? line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                return;
            }
            lastLine = line;
            context.Logger.LogInformation("{Line}", line);
        }
    }
}
