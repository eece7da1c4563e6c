using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>A published Standalone, which lies elsewhere and has other files than a built one.</summary>
public sealed class PublishedTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder program = new();
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task It_trains_a_run_and_generates_text()
    {
        await PublishAsync();
        await using var standalone = await TrainyardProcess.StartReadyAsync(
            program.File("Trainyard.Standalone.dll"), StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("docs", 300);
        var run = await client.StartRunAsync(
            new { tokenizer_id = tokenizer, corpus_path = "docs", model_size = "nano", max_steps = 5, threads = 1 });

        await client.RunEndsAsync(run, "completed", Limit);
        var text = await client.PostAsync($"/api/runs/{run}/generate", new { prompt = "a", max_new_tokens = 3 });
        Assert.NotEmpty(text["text"]?.ToString() ?? "");
    }

    private async Task PublishAsync()
    {
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Name;
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["publish", Repository.PathTo("Standalone"), "--configuration", configuration, "--no-build", "--output", program.Path])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, output);
    }

    public void Dispose()
    {
        program.Dispose();
        data.Dispose();
    }
}
