using System.Globalization;
using System.Text.Json.Nodes;

namespace Trainyard.Demo;

/// <summary>
/// The first run, over HTTP like any client: trains a tokenizer, trains a small GPT-2 with it, and generates text. An interrupted demo
/// continues; a completed one is not repeated.
/// </summary>
/// <param name="http">An HTTP client with Trainyard's base address and, if required, the API key.</param>
/// <param name="report">Receives a line for each progress message.</param>
public sealed class DemoTraining(HttpClient http, Action<string> report)
{
    private const string Name = "demo";
    private const string Corpus = ".";
    private const int LinesEverySteps = 25;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly TrainyardApi api = new(http);

    /// <summary>Finds the demo's run, or trains the tokenizer and queues the run.</summary>
    /// <returns>The run's id.</returns>
    /// <exception cref="DemoException">A request was refused, or the tokenizer could not be trained.</exception>
    public async Task<string> StartAsync(CancellationToken cancellationToken) =>
        await FindRunAsync(cancellationToken) ?? await QueueRunAsync(await TrainTokenizerAsync(cancellationToken), cancellationToken);

    /// <summary>Reports the losses of the run until it ends, then a text that its model generates.</summary>
    /// <exception cref="DemoException">The run failed or was cancelled.</exception>
    public async Task FollowAsync(string runId, CancellationToken cancellationToken)
    {
        report($"run {runId}: a GPT-2 of 4 layers and 128 dimensions");
        var reported = -1L;
        var run = await WaitAsync($"/api/runs/{runId}", run =>
        {
            var step = run["progress"]?["step"]?.GetValue<long>() ?? 0;
            if (step / LinesEverySteps > reported / LinesEverySteps || reported < 0)
            {
                reported = step;
                report($"step {step}: training loss {Latest(run, "train_loss")}, validation loss {Latest(run, "val_loss")}");
            }
        }, cancellationToken);
        report($"run {runId} is {TrainyardApi.Text(run, "status")}: "
            + $"validation loss {Latest(run, "val_loss")}, perplexity {Latest(run, "val_ppl")}");

        var request = new JsonObject { ["prompt"] = "public ", ["max_new_tokens"] = 60, ["seed"] = 1 };
        var sample = await api.PostAsync($"/api/runs/{runId}/generate", request, cancellationToken);
        report($"generated text:\n{TrainyardApi.Text(sample, "text")}\n");
        report($"details: {http.BaseAddress}api/runs/{runId} and {http.BaseAddress}api/runs/{runId}/metrics");
    }

    private async Task<string?> FindRunAsync(CancellationToken cancellationToken)
    {
        var page = await api.GetAsync($"/api/runs?name={Name}&limit=1", cancellationToken);
        return page["items"]?.AsArray() is [{ } run, ..] ? TrainyardApi.Text(run, "run_id") : null;
    }

    private async Task<string> TrainTokenizerAsync(CancellationToken cancellationToken)
    {
        report("training a tokenizer on the text in the corpus folder");
        var request = new JsonObject { ["name"] = Name, ["corpus_path"] = Corpus, ["vocab_size"] = 2048 };
        var accepted = await api.PostAsync("/api/tokenizers/train", request, cancellationToken);
        var id = TrainyardApi.Text(accepted, "tokenizer_id");
        var tokenizer = await WaitAsync($"/api/tokenizers/{id}", _ => { }, cancellationToken);
        report($"tokenizer {id} is {TrainyardApi.Text(tokenizer, "status")}: "
            + $"{Number(tokenizer["statistics"]?["tokens_per_word"])} tokens per word");
        return id;
    }

    private async Task<string> QueueRunAsync(string tokenizerId, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["name"] = Name,
            ["tokenizer_id"] = tokenizerId,
            ["corpus_path"] = Corpus,
            ["model_size"] = "tiny",
            ["max_steps"] = 300,
            ["eval_every"] = 50,
            ["checkpoint_every"] = 50,
        };
        return TrainyardApi.Text(await api.PostAsync("/api/runs/train", request, cancellationToken), "run_id");
    }

    private async Task<JsonObject> WaitAsync(string path, Action<JsonObject> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await api.GetAsync(path, cancellationToken);
            progress(state);
            switch (TrainyardApi.Text(state, "status"))
            {
                case "completed":
                    return state;
                case "failed" or "cancelled":
                    throw new DemoException($"{path} {state["status"]}: {state["message"]}");
            }
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static string Latest(JsonObject run, string series) => Number(run["metrics"]?[series]);

    private static string Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var known)
        ? known.ToString("0.00", CultureInfo.InvariantCulture)
        : "not known yet";
}
