using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Standalone.Demo;

/// <summary>This process's own HTTP API.</summary>
internal sealed class TrainyardApi(IOptions<SecurityOptions> security) : IDisposable
{
    private readonly HttpClient http = new();

    public Uri Address => http.BaseAddress ?? throw new InvalidOperationException("The server has not been started.");

    public void ConnectTo(IServer server)
    {
        http.BaseAddress = ListeningAddresses.Local(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        if (security.Value.ApiKey is { } key)
        {
            http.DefaultRequestHeaders.Add("X-Api-Key", key);
        }
    }

    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(path, cancellation);
        return await ReadAsync(response, cancellation);
    }

    public async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellation);
        return await ReadAsync(response, cancellation);
    }

    public static string Text(JsonNode json, string name) =>
        json[name]?.GetValue<string>() ?? throw new DemoFailedException($"the answer has no {name}: {json.ToJsonString()}");

    public void Dispose() => http.Dispose();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellation) ?? [];
        return response.IsSuccessStatusCode ? answer : throw new DemoFailedException($"{answer["code"]}: {answer["message"]}");
    }
}

internal static class DemoExtensions
{
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrainyardApi>();
        builder.Services.AddHostedService<DemoRun>();
    }
}
