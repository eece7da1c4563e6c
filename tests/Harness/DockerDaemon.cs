using System.Diagnostics;

namespace Trainyard.Harness;

/// <summary>Whether containers can be started on this machine.</summary>
public static class DockerDaemon
{
    private static readonly Lazy<Task<bool>> Answer = new(AskAsync);

    public static Task<bool> AnswersAsync() => Answer.Value;

    private static async Task<bool> AskAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var asking = Process.Start(new ProcessStartInfo("docker", ["info", "--format", "{{.ServerVersion}}"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (asking is null)
            {
                return false;
            }
            await asking.WaitForExitAsync(timeout.Token);
            return asking.ExitCode == 0;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return false;
        }
    }
}
