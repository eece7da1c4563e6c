using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;

namespace Trainyard.Standalone.Demo;

/// <summary>
/// The main job, as any client does it over HTTP: train a tokenizer, train a model with it, watch, read what it writes.
/// A demo that was interrupted is followed where it was; one that is complete is not repeated.
/// </summary>
internal sealed class DemoRun(TrainyardApi api, IServer server, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const string Name = "demo";
    private const string Corpus = ".";

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        api.ConnectTo(server);
        try
        {
            var runId = await KnownRunAsync(stoppingToken) ?? await StartRunAsync(await TrainTokenizerAsync(stoppingToken), stoppingToken);
            await FollowAsync(runId, stoppingToken);
        }
        catch (DemoFailedException failure)
        {
            Say(failure.Message);
        }
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(cancellation);
        }
    }

    private async Task<string?> KnownRunAsync(CancellationToken cancellation)
    {
        var page = await api.GetAsync($"/api/runs?name={Name}&limit=1", cancellation);
        return page["items"]?.AsArray() is [{ } run, ..] ? TrainyardApi.Text(run, "run_id") : null;
    }

    private async Task<string> TrainTokenizerAsync(CancellationToken cancellation)
    {
        Say("training a tokenizer on the text below the working directory");
        var accepted = await api.PostAsync("/api/tokenizers/train", new() { ["name"] = Name, ["corpus_path"] = Corpus, ["vocab_size"] = 2048 }, cancellation);
        var id = TrainyardApi.Text(accepted, "tokenizer_id");
        var tokenizer = await EndAsync($"/api/tokenizers/{id}", _ => { }, cancellation);
        Say($"tokenizer {id} is {TrainyardApi.Text(tokenizer, "status")}: {Number(tokenizer["statistics"]?["tokens_per_word"])} tokens per word");
        return id;
    }

    private async Task<string> StartRunAsync(string tokenizerId, CancellationToken cancellation)
    {
        var accepted = await api.PostAsync("/api/runs/train", new()
        {
            ["name"] = Name,
            ["tokenizer_id"] = tokenizerId,
            ["corpus_path"] = Corpus,
            ["model_size"] = "tiny",
            ["max_steps"] = 300,
            ["eval_every"] = 50,
            ["checkpoint_every"] = 50,
        }, cancellation);
        return TrainyardApi.Text(accepted, "run_id");
    }

    private async Task FollowAsync(string runId, CancellationToken cancellation)
    {
        Say($"run {runId}: a GPT-2 of 4 layers and 128 dimensions");
        var told = -1L;
        var run = await EndAsync($"/api/runs/{runId}", run =>
        {
            var step = run["progress"]?["step"]?.GetValue<long>() ?? 0;
            if (step / 25 > told / 25 || told < 0)
            {
                told = step;
                Say($"step {step}: training loss {Latest(run, "train_loss")}, validation loss {Latest(run, "val_loss")}");
            }
        }, cancellation);
        Say($"run {runId} is {TrainyardApi.Text(run, "status")}: validation loss {Latest(run, "val_loss")}, perplexity {Latest(run, "val_ppl")}");

        var sample = await api.PostAsync($"/api/runs/{runId}/generate", new() { ["prompt"] = "public ", ["max_new_tokens"] = 60, ["seed"] = 1 }, cancellation);
        Say($"it writes:\n{TrainyardApi.Text(sample, "text")}\n");
        Say($"read it all: {api.Address}api/runs/{runId} and {api.Address}api/runs/{runId}/metrics");
    }

    /// <summary>Looks until the thing at <paramref name="path"/> has ended.</summary>
    private async Task<JsonObject> EndAsync(string path, Action<JsonObject> look, CancellationToken cancellation)
    {
        while (true)
        {
            var thing = await api.GetAsync(path, cancellation);
            look(thing);
            switch (TrainyardApi.Text(thing, "status"))
            {
                case "completed":
                    return thing;
                case "failed" or "cancelled":
                    throw new DemoFailedException($"it ended as {thing["status"]}: {thing["message"]}");
            }
            await Task.Delay(LookAgain, cancellation);
        }
    }

    private static string Latest(JsonObject run, string series) => Number(run["metrics"]?[series]);

    private static string Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var known)
        ? known.ToString("0.00", CultureInfo.InvariantCulture)
        : "not known yet";

    private static void Say(string line) => Console.WriteLine($"demo: {line}");
}

/// <summary>Trainyard answered that it can't do what the demo asked.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
