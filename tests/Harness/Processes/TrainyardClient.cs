using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Trainyard.Harness.Processes;

/// <summary>What a user's program does over HTTP.</summary>
public sealed class TrainyardClient(Uri address) : IDisposable
{
    // A body announced with Expect is sent only once it was asked for, however long a busy machine takes to say no.
    private readonly HttpClient http = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public HttpClient Http => http;

    public async Task<JsonObject> GetAsync(string path)
    {
        using var response = await http.GetAsync(path);
        return await ReadAsync(response);
    }

    /// <summary>The answer, or null where there is nothing of that name yet.</summary>
    public async Task<JsonObject?> FindAsync(string path)
    {
        using var response = await http.GetAsync(path);
        return response.StatusCode is HttpStatusCode.NotFound ? null : await ReadAsync(response);
    }

    public async Task<JsonObject> PostAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body);
        return await ReadAsync(response);
    }

    public async Task<HttpStatusCode> PostEventsAsync(string json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/ml")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    public async Task ReadyAsync(TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(50)))
        {
            using var response = await http.GetAsync("/readyz");
            if (response.IsSuccessStatusCode)
            {
                return;
            }
            Assert.True(watch.Elapsed < limit, $"Not ready after {limit}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>Asks again until the answer satisfies, and fails with the last one when the time is up.</summary>
    public async Task<JsonObject> UntilAsync(string path, Func<JsonObject, bool> satisfied, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var answer = await GetAsync(path);
            if (satisfied(answer))
            {
                return answer;
            }
            Assert.True(watch.Elapsed < limit, $"{path} after {limit}: {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Waits until something that is not there yet is.</summary>
    public async Task UntilThereAsync(string path, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(100)))
        {
            using var response = await http.GetAsync(path);
            if (response.IsSuccessStatusCode)
            {
                return;
            }
            Assert.True(
                response.StatusCode is HttpStatusCode.NotFound && watch.Elapsed < limit,
                $"{path} after {watch.Elapsed}: {(int)response.StatusCode}");
        }
    }

    public async Task<string> TrainTokenizerAsync(string corpusPath, int vocabulary)
    {
        var accepted = await PostAsync("/api/tokenizers/train", new { corpus_path = corpusPath, vocab_size = vocabulary });
        var id = Text(accepted, "tokenizer_id");
        await UntilAsync($"/api/tokenizers/{id}", tokenizer => EndedAs(tokenizer, "completed"), TimeSpan.FromMinutes(2));
        return id;
    }

    public async Task<string> StartRunAsync(object config) => Text(await PostAsync("/api/runs/train", config), "run_id");

    public Task<JsonObject> RunEndsAsync(string runId, string status, TimeSpan limit) =>
        UntilAsync($"/api/runs/{runId}", run => EndedAs(run, status), limit);

    public async Task<bool> OverAsync(string runId) =>
        Text(await GetAsync($"/api/runs/{runId}"), "status") is "completed" or "failed" or "cancelled";

    public void Dispose() => http.Dispose();

    public static string Text(JsonObject json, string name) =>
        json[name]?.GetValue<string>() ?? throw new InvalidOperationException($"No {name} in {json}");

    private static bool EndedAs(JsonObject json, string status)
    {
        var now = Text(json, "status");
        Assert.False(now is "failed" or "cancelled" or "completed" && now != status, json.ToString());
        return now == status;
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)?.AsObject() ?? throw new InvalidOperationException(text);
    }
}
