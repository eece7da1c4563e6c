using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Trainyard.Harness;

namespace Trainyard.TrainerWorker.Tests;

public class GenerationTests(RedisServer redis, GenerationTests.TrainedModel model) : IClassFixture<GenerationTests.TrainedModel>
{
    [Fact]
    public async Task A_trained_model_continues_text_the_same_way_for_the_same_seed()
    {
        var (host, run) = await model.OnAsync(redis);
        using var http = host.Http;
        var request = new { prompt = "line 7", max_new_tokens = 20, temperature = 1.0, top_k = 50, top_p = 0.95, seed = 3 };

        var first = await TextAsync(await http.PostAsJsonAsync($"/api/runs/{run}/generate", request));
        var again = await TextAsync(await http.PostAsJsonAsync($"/api/runs/{run}/generate", request));
        var streamed = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new
        {
            request.prompt,
            request.max_new_tokens,
            request.temperature,
            request.top_k,
            request.top_p,
            request.seed,
            stream = true,
        });
        var cut = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = new string('x', 5000), max_new_tokens = 1 });
        var pieces = (await streamed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(item => JsonDocument.Parse(item.Split("data: ")[1]).RootElement.GetProperty("text").GetString());

        Assert.NotEmpty(first);
        Assert.Equal(first, again);
        Assert.Equal("text/event-stream", streamed.Content.Headers.ContentType?.MediaType);
        Assert.Equal(first, string.Concat(pieces));
        Assert.InRange((await cut.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("prompt_tokens_cut").GetInt32(), 1, 5000);
    }

    [Fact]
    public async Task Several_texts_are_those_of_their_seeds_and_pieces_say_which_they_belong_to()
    {
        var (host, run) = await model.OnAsync(redis);
        using var http = host.Http;

        var response = await http.PostAsJsonAsync(
            $"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 12, n = 3, seed = 5 });
        var several = await response.Content.ReadFromJsonAsync<JsonElement>();
        var samples = several.GetProperty("samples").EnumerateArray()
            .Select(sample => (sample.GetProperty("seed").GetInt64(), sample.GetProperty("text").GetString())).ToList();
        var streamed = await http.PostAsJsonAsync(
            $"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 12, n = 3, seed = 5, stream = true });
        var events = (await streamed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(item => JsonElement.Parse(item.Split("data: ")[1])).ToList();

        Assert.Equal([5, 6, 7], samples.Select(sample => sample.Item1));
        Assert.Equal(samples[0].Item2, several.GetProperty("text").GetString());
        foreach (var (index, (seed, text)) in samples.Index())
        {
            Assert.Equal(text, await TextAsync(
                await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 12, seed })));
            Assert.Equal(text, string.Concat(events
                .Where(piece => piece.TryGetProperty("sample", out var sample) && sample.GetInt32() == index)
                .Select(piece => piece.GetProperty("text").GetString())));
        }
        Assert.Equal(5, events[^1].GetProperty("seed").GetInt64());
    }

    [Fact]
    public async Task A_text_ends_before_a_stop_string()
    {
        var (host, run) = await model.OnAsync(redis);
        using var http = host.Http;

        var whole = await TextAsync(await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { max_new_tokens = 20, seed = 3 }));
        var stop = whole[4..6];
        var ended = await TextAsync(
            await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { max_new_tokens = 20, seed = 3, stop = new[] { stop } }));

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], ended);
    }

    [Fact]
    public async Task A_stream_whose_seed_was_not_given_ends_with_the_seed_it_took()
    {
        var (host, run) = await model.OnAsync(redis);
        using var http = host.Http;

        var streamed = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 20, stream = true });
        var events = (await streamed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(item => JsonElement.Parse(item.Split("data: ")[1])).ToList();
        var again = await http.PostAsJsonAsync(
            $"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 20, seed = events[^1].GetProperty("seed").GetInt64() });

        Assert.Equal(await TextAsync(again), string.Concat(events.Select(piece => piece.GetProperty("text").GetString())));
    }

    [Fact]
    public async Task More_texts_than_may_wait_are_turned_away_before_anything_is_sent()
    {
        await using var host = await WorkerHost.StartAsync(redis.ConnectionString, ("TRAINER:MAX_GENERATIONS", "1"));
        var run = await host.QueueAsync(WorkerHost.Config);
        await host.EndOfAsync(run);
        using var http = host.Http;

        // The likeliest tokens of this text go round in circles: each of these takes long enough to meet the others.
        foreach (var stream in (bool[])[false, true])
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => http.PostAsJsonAsync(
                $"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 2000, temperature = 0, stream })));
            var refused = answers.Where(answer => !answer.IsSuccessStatusCode).ToList();

            Assert.InRange(refused.Count, 1, 5);
            foreach (var answer in refused)
            {
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"), (answer.StatusCode, await CodeAsync(answer)));
                Assert.NotNull(answer.Headers.RetryAfter);
            }
        }

        using var content = JsonContent.Create(new { prompt = "line", max_new_tokens = 4096, stream = true });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runs/{run}/generate") { Content = content };
        using var left = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // Who leaves makes room at once.
        left.Dispose();
        await Wait.UntilAsync(async () =>
            (await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { max_new_tokens = 1 })).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("{\"max_new_tokens\": 0}", "max_new_tokens")]
    [InlineData("{\"n\": 0}", "n: must be from 1 to 8, not 0")]
    [InlineData("{\"n\": 9}", "n: must be from 1 to 8, not 9")]
    [InlineData("{\"temperature\": -1}", "temperature")]
    [InlineData("{\"top_p\": 0}", "top_p")]
    [InlineData("{\"top_k\": 0}", "top_k")]
    [InlineData("{\"min_p\": 2}", "min_p: must be from 0 to 1, not 2")]
    [InlineData("{\"repetition_penalty\": 0}", "repetition_penalty: must be from 0.1 to 10, not 0")]
    [InlineData("{\"stop\": [\"a\", \"\"]}", "stop: must be strings of 1 to 100 characters")]
    [InlineData("{\"stop\": [null]}", "stop: must be strings of 1 to 100 characters")]
    [InlineData("{\"nonsense\": 1}", "nonsense")]
    [InlineData("{\"prompt\": \"half \\ud800\"}", "prompt: must be text without half a surrogate pair")]
    [InlineData("{\"max_new_tokens\": 1e20}", "max_new_tokens: must be a whole number from 1 to 4096, not 1e20")]
    [InlineData("{\"seed\": 1e20}", "seed: must be a whole number from -9223372036854775808 to 9223372036854775807, not 1e20")]
    public async Task What_can_not_be_is_refused(string body, string culprit)
    {
        var (host, _) = await model.OnAsync(redis);
        using var http = host.Http;
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        var response = await http.PostAsync("/api/runs/any/generate", content);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (response.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Contains(culprit, problem.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_run_generates_nothing_until_it_is_restored()
    {
        var (host, run) = await model.OnAsync(redis);
        using var http = host.Http;

        host.Store.Deleted[run] = true;
        var deleted = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 1 });
        host.Store.Deleted.Clear();
        var restored = await http.PostAsJsonAsync($"/api/runs/{run}/generate", new { prompt = "line", max_new_tokens = 1 });

        Assert.Equal((HttpStatusCode.NotFound, "RUN_NOT_FOUND"), (deleted.StatusCode, await CodeAsync(deleted)));
        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
    }

    [Fact]
    public async Task A_run_that_is_not_there_and_one_without_a_model_are_told_apart()
    {
        var (host, _) = await model.OnAsync(redis);
        Directory.CreateDirectory(host.RunFolder("fresh").Path);
        using var http = host.Http;
        var none = await http.PostAsJsonAsync("/api/runs/nothing/generate", new { prompt = "a" });
        var fresh = await http.PostAsJsonAsync("/api/runs/fresh/generate", new { prompt = "a" });

        Assert.Equal((HttpStatusCode.NotFound, "RUN_NOT_FOUND"), (none.StatusCode, await CodeAsync(none)));
        Assert.Equal((HttpStatusCode.Conflict, "ILLEGAL_TRANSITION"), (fresh.StatusCode, await CodeAsync(fresh)));
    }

    private static async Task<string> TextAsync(HttpResponseMessage response)
    {
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString() ?? "";
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    /// <summary>One worker with one completed run, for all tests that change neither.</summary>
    public sealed class TrainedModel : IAsyncDisposable
    {
        private WorkerHost? host;
        private string? run;

        // Started by the first test rather than with the fixture: without Redis a test is skipped, and a fixture would fail.
        internal async Task<(WorkerHost Host, string Run)> OnAsync(RedisServer redis)
        {
            host ??= await WorkerHost.StartAsync(redis.ConnectionString);
            if (run is null)
            {
                run = await host.QueueAsync(WorkerHost.Config);
                await host.EndOfAsync(run);
            }
            return (host, run);
        }

        public async ValueTask DisposeAsync()
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }
        }
    }
}
