using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Mlflow;

/// <summary>Speaks MLflow's REST protocol to a store, in the requests that MLflow's client sends.</summary>
public abstract class MlflowTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private protected static async Task<JsonElement> PostAsync(StoreHost store, string path, object body)
    {
        using var client = Client(store);
        using var response = await client.PostAsJsonAsync(new Uri($"api/2.0/mlflow/{path}", UriKind.Relative), body);
        return await AnswerAsync(response);
    }

    private protected static async Task<JsonElement> GetAsync(StoreHost store, string path)
    {
        using var client = Client(store);
        using var response = await client.GetAsync(new Uri($"api/2.0/mlflow/{path}", UriKind.Relative));
        return await AnswerAsync(response);
    }

    private protected static Task<(HttpStatusCode Status, string Code, string Message)> RefusedAsync(
        StoreHost store, string path, object body) =>
        RefusedAsync(store, HttpMethod.Post, $"api/2.0/mlflow/{path}", JsonSerializer.Serialize(body));

    private protected static async Task<(HttpStatusCode Status, string Code, string Message)> RefusedAsync(
        StoreHost store, HttpMethod method, string path, string? json = null)
    {
        using var client = Client(store);
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = json?.Length > 900_000;
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, $"{path} answered {(int)response.StatusCode}: {text}");
        var error = JsonElement.Parse(text);
        Assert.Equal(["error_code", "message"], error.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        return (response.StatusCode, error.GetProperty("error_code").GetString() ?? "", error.GetProperty("message").GetString() ?? "");
    }

    private protected static async Task<string> ExperimentAsync(StoreHost store, string name) =>
        Text(await PostAsync(store, "experiments/create", new { name }), "experiment_id");

    private protected static async Task<string> RunAsync(StoreHost store, string experiment = "0", long start = 1000) =>
        Text((await PostAsync(store, "runs/create", new { experiment_id = experiment, start_time = start }))
            .GetProperty("run").GetProperty("info"), "run_id");

    private protected static async Task<JsonElement> ReadAsync(StoreHost store, string run) =>
        (await GetAsync(store, $"runs/get?run_id={run}")).GetProperty("run");

    private protected static Task<JsonElement> LogAsync(
        StoreHost store, string run, string key, double value, long timestamp, long? step = null) =>
        PostAsync(store, "runs/log-metric", new { run_id = run, key, value, timestamp, step });

    private protected static async Task<List<(double Value, long Timestamp, long Step)>> HistoryAsync(
        StoreHost store, string run, string key, string more = "") =>
        [.. (await GetAsync(store, $"metrics/get-history?run_id={run}&metric_key={Uri.EscapeDataString(key)}{more}"))
            .GetProperty("metrics").EnumerateArray().Select(Point)];

    private protected static (double Value, long Timestamp, long Step) Point(JsonElement metric) => (
        metric.GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : double.NaN,
        metric.GetProperty("timestamp").GetInt64(), metric.GetProperty("step").GetInt64());

    private protected static Dictionary<string, string> Pairs(JsonElement run, string what) =>
        run.GetProperty("data").GetProperty(what).EnumerateArray().ToDictionary(pair => Text(pair, "key"), pair => Text(pair, "value"));

    private protected static async Task<List<string>> SearchAsync(StoreHost store, object search) =>
        [.. (await PostAsync(store, "runs/search", search)).GetProperty("runs").EnumerateArray()
            .Select(run => Text(run.GetProperty("info"), "run_id"))];

    private protected static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    // A body announced with Expect is sent only once the server asks for it, however busy the machine is.
    private protected static HttpClient Client(StoreHost store) =>
        new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = store.Address };

    private static async Task<JsonElement> AnswerAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.StatusCode is HttpStatusCode.OK, $"{response.RequestMessage?.RequestUri} answered {response.StatusCode}: {text}");
        var answer = JsonElement.Parse(text);
        Assert.Equal(JsonValueKind.Object, answer.ValueKind);
        return answer;
    }
}
