using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>The Python client's own tests, types and package, by the tools its users have.</summary>
public sealed class PythonClientTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Study = "tests/test_study.py";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task Its_tests_pass_against_a_real_server_and_misbehaving_ones()
    {
        await RequireAsync("pytest", "python3-pytest");

        await PytestAsync("--ignore", Study);
    }

    [Fact]
    public async Task The_study_in_PyTorch_is_searched_by_Optuna_and_by_Trainyard()
    {
        await RequireAsync("pytest, torch, optuna", "python3-pytest python3-torch python3-optuna");

        await PytestAsync(Study);
    }

    [Fact]
    public async Task Its_types_are_strict()
    {
        await RequireAsync("mypy", "python3-mypy");

        var (exit, output) = await RunAsync(["-m", "mypy", "--cache-dir", Path.Combine(data.Path, "mypy")]);

        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task Its_wheel_holds_the_types_marker_and_the_command()
    {
        await RequireAsync("build, hatchling", "python3-build python3-hatchling");

        // Debian's hatchling lacks a package that only editable installs need.
        var (exit, output) = await RunAsync(["-m", "build", "--no-isolation", "--skip-dependency-check", "--outdir", data.Path]);

        Assert.True(exit == 0, output);
        Assert.NotEmpty(Directory.GetFiles(data.Path, "trainyard-*.tar.gz"));
        await using var wheel = await System.IO.Compression.ZipFile.OpenReadAsync(
            Assert.Single(Directory.GetFiles(data.Path, "trainyard-*.whl")));
        Assert.Contains(wheel.Entries, entry => entry.FullName == "trainyard/py.typed");
        Assert.Contains(wheel.Entries, entry => entry.FullName.EndsWith("entry_points.txt", StringComparison.Ordinal));
        Assert.DoesNotContain(wheel.Entries, entry => entry.FullName.Contains("__pycache__", StringComparison.Ordinal));
    }

    private async Task PytestAsync(params string[] arguments)
    {
        // The sample of a registered trainer listens on this machine.
        var settings = StandaloneStartTests.Data(data.Path);
        settings["OUTBOUND__ALLOWED_NETWORKS"] = "127.0.0.0/8";
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", settings);

        var (exit, output) = await RunAsync(["-m", "pytest", "-q", "-p", "no:cacheprovider", .. arguments], standalone.Address);

        Assert.True(exit == 0, output);
    }

    private static async Task RequireAsync(string modules, string debian)
    {
        Assert.SkipUnless(File.Exists(Python), $"This machine has no {Python}.");
        var (exit, _) = await RunAsync(["-c", $"import {modules}"]);
        Assert.SkipUnless(exit == 0, $"{Python} lacks {modules} (Debian: {debian}).");
    }

    private static async Task<(int Exit, string Output)> RunAsync(string[] arguments, Uri? server = null)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathTo("clients/python"),
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        if (server is not null)
        {
            start.Environment["TRAINYARD_TEST_URL"] = server.ToString();
        }
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start.");
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
