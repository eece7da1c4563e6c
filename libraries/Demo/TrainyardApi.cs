using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Trainyard.Demo;

/// <summary>The requests the demo makes.</summary>
internal sealed class TrainyardApi(HttpClient http)
{
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public static string Text(JsonNode json, string name) =>
        json[name]?.GetValue<string>() ?? throw new DemoException($"The response has no {name}: {json.ToJsonString()}");

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken) ?? [];
        return response.IsSuccessStatusCode ? answer : throw new DemoException($"{answer["code"]}: {answer["message"]}");
    }
}
