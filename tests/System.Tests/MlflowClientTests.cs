using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>An unmodified MLflow client against Standalone. The exchanges in ExperimentStore.Tests/Mlflow run also without one.</summary>
public sealed class MlflowClientTests : IDisposable
{
    private const string Key = "mlflow-test-key-0123456789";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task A_script_moves_by_one_variable()
    {
        // A Python that has MLflow may be named, with MLflow's folder in PYTHONPATH.
        var python = Environment.GetEnvironmentVariable("MLFLOW_PYTHON") ?? "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), $"This machine has no {python}.");
        var (exit, output) = await RunAsync(python, ["-c", "import mlflow"], server: null, password: null);
        Assert.SkipUnless(exit == 0, $"{python} has no mlflow.");
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            "Standalone", new Dictionary<string, string> { ["APP__DATA_ROOT"] = data.Path, ["SECURITY__API_KEY"] = Key });

        (exit, output) = await RunAsync(python, [Repository.PathTo("tests/System.Tests/mlflow/script.py")], standalone.Address, Key);

        Assert.True(exit == 0, output);
        Assert.Contains("ok ", output, StringComparison.Ordinal);
        using var client = new TrainyardClient(standalone.Address);
        client.Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        var runs = (await client.GetAsync("/api/runs?filter=name%20%3D%20'first'&metrics=loss"))["items"]?.AsArray() ?? [];
        Assert.Equal(("completed", 0.1), ((string?)runs[0]?["status"], (double?)runs[0]?["metrics"]?["loss"]));
    }

    private static async Task<(int Exit, string Output)> RunAsync(string python, string[] arguments, Uri? server, string? password)
    {
        var start = new ProcessStartInfo(python, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (server is not null)
        {
            start.Environment["MLFLOW_TRACKING_URI"] = server.ToString().TrimEnd('/');
            start.Environment["MLFLOW_TRACKING_USERNAME"] = "anyone";
            start.Environment["MLFLOW_TRACKING_PASSWORD"] = password;
        }
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        return (process.ExitCode, await output + await errors);
    }
}
