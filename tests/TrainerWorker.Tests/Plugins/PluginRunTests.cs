using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Harness;
using Trainyard.Harness.Plugins;
using Trainyard.Harness.Processes;
using Trainyard.Models.Runs;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Tests.Plugins;

/// <summary>Runs with model families of plugins, in real child processes.</summary>
public sealed class PluginRunTests(RedisServer redis) : IDisposable
{
    private static readonly TrainingConfig Gru = WorkerHost.Config with { ModelFamily = "gru", LearningRate = 1e-2 };
    private static readonly TrainingConfig Hostile = WorkerHost.Config with { ModelFamily = "hostile" };

    private readonly TemporaryFolder plugins = new();

    public void Dispose() => plugins.Dispose();

    [Fact]
    public async Task A_plugins_family_is_trained_evaluated_and_generates_text()
    {
        PluginFiles.AddGru(plugins.Path);
        await using var worker = await StartAsync();

        var runId = await worker.QueueAsync(Gru with { MaxSteps = 150, EvalEvery = 50 });
        var end = await worker.EndOfAsync(runId);

        Assert.True(end.Status == RunStatus.Completed, end.Message);
        var losses = worker.Store.EventsOf(runId).OfType<MetricsLogged>()
            .Select(metrics => metrics.Measurements.GetValueOrDefault(MetricNames.TrainLoss, double.NaN)).Where(double.IsFinite).ToList();
        Assert.True(losses[^1] < losses[0] - 1, $"The loss went from {losses[0]} to {losses[^1]}.");
        var evaluated = await worker.EvaluatedAsync(
            await worker.EvaluateAsync(runId, new() { Samples = 1, SampleTokens = 8 }, Gru, step: 150));
        Assert.NotNull(evaluated.Metrics);
        using var http = worker.Http;
        var first = await GenerateAsync(http, runId);
        Assert.NotEmpty(first);
        Assert.Equal(first, await GenerateAsync(http, runId));
        Assert.Contains(worker.Log, line => line.Contains("Plugin gru 1.0.0", StringComparison.Ordinal));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "Gru");
    }

    [Fact]
    public async Task A_resumed_run_of_a_plugin_ends_with_the_bytes_of_an_uninterrupted_one()
    {
        PluginFiles.AddGru(plugins.Path);
        await using var worker = await StartAsync();
        var config = Gru with { MaxSteps = 40, EvalEvery = 10, CheckpointEvery = 10 };
        var whole = await worker.QueueAsync(config);
        await worker.EndOfAsync(whole);

        var resumed = await worker.QueueAsync(config);
        await worker.EndOfAsync(resumed);
        foreach (var step in (string[])["30", "40"])
        {
            Directory.Delete(Path.Combine(worker.RunFolder(resumed).Checkpoints, step), recursive: true);
        }
        File.Delete(worker.RunFolder(resumed).Weights);
        await worker.QueueAsync(config, resumed, attempt: 2);
        var end = await worker.EndOfAsync(resumed, attempt: 2);

        Assert.True(end.Status == RunStatus.Completed, end.Message);
        Assert.Contains(
            "Resuming from checkpoint 20", await File.ReadAllTextAsync(worker.RunFolder(resumed).Logs), StringComparison.Ordinal);
        Assert.Equal(Hash(worker.RunFolder(whole).Weights), Hash(worker.RunFolder(resumed).Weights));
    }

    [Fact]
    public async Task The_manifest_names_the_plugin_and_the_hash_of_its_assembly()
    {
        PluginFiles.AddGru(plugins.Path);
        await using var worker = await StartAsync();

        var runId = await worker.QueueAsync(Gru);
        await worker.EndOfAsync(runId);

        var manifest = RunManifest.Read(worker.RunFolder(runId).Manifest);
        Assert.Equal(new RunPlugin("gru", "1.0.0", "Gru.dll", Hash(Path.Combine(plugins.Path, "gru", "Gru.dll"))), manifest?.Plugin);
        Assert.Equal("gru", manifest?.Plan.Shape.Family);
        var builtIn = await worker.QueueAsync(WorkerHost.Config);
        await worker.EndOfAsync(builtIn);
        Assert.Null(RunManifest.Read(worker.RunFolder(builtIn).Manifest)?.Plugin);
    }

    [Theory]
    [InlineData("Hostile.ThrowingFamily", "InvalidOperationException: No licence was found.")]
    [InlineData("Hostile.MisnamedFamily", "is named 'other', in plugin.json 'hostile'")]
    [InlineData("Hostile.MistypedFamily", "has other model_types than plugin.json: hostile, gpt2")]
    [InlineData("Hostile.Stranger", "no concrete class that derives from Trainyard.Models.Tasks.TrainableFamily")]
    [InlineData("Hostile.BorrowedFamily", "no concrete class that derives from")]
    [InlineData("Hostile.NoSuchFamily", "has no class 'Hostile.NoSuchFamily'")]
    public async Task A_broken_plugin_fails_its_run_with_the_reason_and_no_other(string className, string reason)
    {
        PluginFiles.AddHostile(plugins.Path, className);
        PluginFiles.AddGru(plugins.Path);
        await using var worker = await StartAsync();

        var end = await worker.EndOfAsync(await worker.QueueAsync(Hostile));
        var other = await worker.EndOfAsync(await worker.QueueAsync(Gru));

        Assert.Equal((RunStatus.Failed, ErrorKinds.Fatal), (end.Status, end.ErrorKind));
        Assert.Contains("Plugin 'hostile'", end.Message, StringComparison.Ordinal);
        Assert.Contains(reason, end.Message, StringComparison.Ordinal);
        Assert.Contains("restart Trainyard", end.Message, StringComparison.Ordinal);
        Assert.True(other.Status == RunStatus.Completed, other.Message);
    }

    [Fact]
    public async Task Files_that_are_no_assemblies_or_are_missing_fail_the_run_with_the_reason()
    {
        var folder = PluginFiles.AddHostile(plugins.Path, "Hostile.DependentFamily");
        await File.WriteAllTextAsync(Path.Combine(folder, "Hostile.dll"), "MZ, but nothing else");
        await AssertFailsAsync("is no .NET assembly");
        File.Delete(Path.Combine(folder, "Hostile.dll"));
        await AssertFailsAsync("there is no file Hostile.dll in it");
        Directory.Delete(folder, recursive: true);
        File.Delete(Path.Combine(PluginFiles.AddHostile(plugins.Path, "Hostile.DependentFamily"), "HdrHistogram.dll"));
        await AssertFailsAsync("HdrHistogram");

        async Task AssertFailsAsync(string reason)
        {
            await using var worker = await StartAsync();
            var end = await worker.EndOfAsync(await worker.QueueAsync(Hostile));
            Assert.Equal((RunStatus.Failed, ErrorKinds.Fatal), (end.Status, end.ErrorKind));
            Assert.Contains(reason, end.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plugin_has_libraries_of_its_own()
    {
        PluginFiles.AddHostile(plugins.Path, "Hostile.DependentFamily");
        await using var worker = await StartAsync();

        var end = await worker.EndOfAsync(await worker.QueueAsync(Hostile));

        Assert.True(end.Status == RunStatus.Completed, end.Message);
    }

    [Fact]
    public async Task A_plugin_that_ends_its_process_does_not_end_the_worker()
    {
        PluginFiles.AddHostile(plugins.Path, "Hostile.ExitingFamily");
        await using var worker = await StartAsync();

        var end = await worker.EndOfAsync(await worker.QueueAsync(Hostile));
        var other = await worker.EndOfAsync(await worker.QueueAsync(WorkerHost.Config));

        Assert.Equal((RunStatus.Failed, ErrorKinds.Transient), (end.Status, end.ErrorKind));
        Assert.Contains("exit code 3", end.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Completed, other.Status);
    }

    [Fact]
    public async Task A_size_that_a_family_refuses_fails_the_run_with_its_words()
    {
        PluginFiles.AddHostile(plugins.Path, "Hostile.UnpreparedFamily");
        await using var worker = await StartAsync();

        var end = await worker.EndOfAsync(await worker.QueueAsync(Hostile));

        Assert.Equal((RunStatus.Failed, ErrorKinds.Fatal), (end.Status, end.ErrorKind));
        Assert.Contains("This size was never tried.", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_plugin_a_models_text_is_refused_with_the_reason()
    {
        PluginFiles.AddGru(plugins.Path);
        await using var worker = await StartAsync();
        var runId = await worker.QueueAsync(Gru);
        await worker.EndOfAsync(runId);
        await File.WriteAllBytesAsync(Path.Combine(plugins.Path, "gru", "Gru.dll"), [1, 2, 3]);

        using var http = worker.Http;
        var response = await PostAsync(http, runId);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("CHECKPOINT_INVALID", problem.GetProperty("code").GetString());
        Assert.Contains("Plugin 'gru'", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static async Task<string> GenerateAsync(HttpClient http, string runId)
    {
        using var response = await PostAsync(http, runId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString() ?? "";
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string runId) =>
        http.PostAsJsonAsync($"/api/runs/{runId}/generate", new { prompt = "line", max_new_tokens = 30, seed = 1 });

    private Task<WorkerHost> StartAsync() => WorkerHost.StartAsync(
        redis.ConnectionString, services => services.AddSingleton<IComputeStarter, ChildProcessStarter>(),
        ("APP:PLUGINS_ROOT", plugins.Path));
}
