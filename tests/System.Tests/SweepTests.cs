using System.Diagnostics;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>A search that really trains, and the examples of docs/experiments.md.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_small_grid_is_trained_to_its_end()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        var tokenizer = await client.TrainTokenizerAsync("docs", 512);
        await client.PostAsync("/api/experiments", new { experiment_id = "grid" });

        await client.PostAsync("/api/experiments/grid/sweep", new
        {
            search_space = new { learning_rate = new { type = "choice", values = new[] { 1e-6, 1e-2 } } },
            sampler = "grid",
            objective = new { metric = "val_loss", stat = "min" },
            @base = new
            {
                tokenizer_id = tokenizer,
                corpus_path = "docs",
                model_size = "nano",
                max_steps = 6,
                eval_every = 3,
                batch_size = 4,
                max_seq_len = 32,
            },
        });
        var sweep = await client.UntilAsync(
            "/api/experiments/grid/sweep", state => TrainyardClient.Text(state, "state") == "finished", TimeSpan.FromMinutes(2));

        Assert.Equal(2, sweep["trials"]?["completed"]?.GetValue<int>());
        Assert.Equal(1e-2, sweep["best"]?["hyperparams"]?["learning_rate"]?.GetValue<double>());
        var groups = (await client.GetAsync(
            "/api/experiments/grid/compare?metric=val_loss&stat=min&by=learning_rate"))["groups"]?.AsArray() ?? [];
        Assert.Equal(2, groups.Count);
        Assert.True(groups[0]?["mean"]?.GetValue<double>() > groups[1]?["mean"]?.GetValue<double>(), groups.ToJsonString());
    }

    [Fact]
    public async Task The_examples_of_the_experiments_page_work_as_they_stand()
    {
        await using var standalone = await TrainyardProcess.StartReadyAsync("Standalone", StandaloneStartTests.Data(data.Path));
        using var client = new TrainyardClient(standalone.Address);
        await client.ReadyAsync(TimeSpan.FromSeconds(30));
        string[] scripts = [.. Scripts()];
        Assert.Equal(2, scripts.Length);

        string[] printed = [await RunAsync(scripts[0], standalone.Address), await RunAsync(scripts[1], standalone.Address)];

        var groups = (await client.GetAsync(
            "/api/experiments/spectral-study/compare?metric=val_loss&stat=min&by=spectral_norm"))["groups"]?.AsArray() ?? [];
        Assert.Equal([2.31, 2.21], groups.Select(group => Math.Round(group?["mean"]?.GetValue<double>() ?? 0, 9)));
        var sweep = await client.GetAsync("/api/experiments/ask-tell/sweep");
        Assert.Equal(20, sweep["trials"]?["completed"]?.GetValue<int>());
        Assert.Contains(sweep["best"]?["trial_id"]?.GetValue<string>() ?? "nothing", printed[1], StringComparison.Ordinal);
    }

    public void Dispose() => data.Dispose();

    private static IEnumerable<string> Scripts() => File.ReadAllText(Repository.PathTo("docs", "experiments.md")).ReplaceLineEndings("\n")
        .Split("```python\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)]);

    private static async Task<string> RunAsync(string script, Uri address)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "This machine has no python3.");
        using var python = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3",
            ["-c", script.Replace("http://localhost:5080", address.ToString().TrimEnd('/'), StringComparison.Ordinal)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("python3 did not start.");
        var (output, errors) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        await python.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(python.ExitCode == 0, await errors);
        return await output;
    }
}
