using System.ComponentModel;
using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>What the README and the page it sends people to first tell them to run.</summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task The_Python_script_posts_a_run_with_nothing_but_the_standard_library()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        var script = CodeBlock("python")
            .Replace("http://localhost:5080", standalone.Address.ToString().TrimEnd('/'), StringComparison.Ordinal);

        using var python = StartPython("-c", script);
        var errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(python.ExitCode == 0, errors);
        using var client = new TrainyardClient(standalone.Address);
        var run = await client.GetAsync("/api/runs/my-first-run");
        Assert.Equal("completed", TrainyardClient.Text(run, "status"));
        Assert.Equal("a run of my own", TrainyardClient.Text(run, "name"));
        var history = await client.GetAsync("/api/runs/my-first-run/metrics?keys=loss");
        Assert.Equal(100, history["series"]?[0]?["points"]?.AsArray().Count);
    }

    [Fact]
    public async Task The_made_up_study_of_the_picture_is_there_after_its_script()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));

        using var python = StartPython(Repository.PathTo("samples/python/study.py"), standalone.Address.ToString().TrimEnd('/'));
        var errors = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(python.ExitCode == 0, errors);
        using var client = new TrainyardClient(standalone.Address);
        Assert.Equal(8, (await client.GetAsync("/api/runs"))["items"]?.AsArray().Count);
        Assert.Equal("failed", TrainyardClient.Text(await client.GetAsync("/api/runs/study-6"), "status"));
    }

    [Fact]
    public async Task The_run_command_starts_where_the_person_stands()
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "Standalone/Standalone.csproj", "-getProperty:RunWorkingDirectory"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        using var msbuild = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var folder = await msbuild.StandardOutput.ReadToEndAsync();
        await msbuild.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(Repository.Root, Path.TrimEndingDirectorySeparator(folder.Trim()));
    }

    public void Dispose() => data.Dispose();

    private static Process StartPython(params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("python3", arguments) { UseShellExecute = false, RedirectStandardError = true })
                ?? throw new InvalidOperationException("python3 did not start.");
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no python3.");
            throw;
        }
    }

    private static string CodeBlock(string language)
    {
        var page = File.ReadAllText(Repository.PathTo("docs/getting-started.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
