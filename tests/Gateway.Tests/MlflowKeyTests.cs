using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Gateway.Tests;

/// <summary>Keys at MLflow's paths: as its clients send them, and refused in its form.</summary>
public sealed class MlflowKeyTests : IDisposable
{
    private const string Master = "correct-horse-battery";
    private const string Search = "/api/2.0/mlflow/runs/search";

    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-keys-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_key_may_be_a_token_or_a_password_and_is_refused_in_MLflows_form()
    {
        var file = Path.Combine(folder, "keys.json");
        var (key, ingest) = ApiKey.Create("test", [KeyScopes.Ingest], DateTimeOffset.UtcNow, expiresAt: null);
        KeyFile.Write(file, [key]);
        await using var services = await Services.StartAsync(new() { ["SECURITY:API_KEY"] = Master, ["SECURITY:KEYS_FILE"] = file });

        // The service behind the gateway answers every request that reaches it.
        (HttpStatusCode, string?) reached = (HttpStatusCode.OK, null);
        Assert.Equal(reached, await AskAsync(services, Search, new("Bearer", Master)));
        Assert.Equal(reached, await AskAsync(services, Search, Basic("anyone", Master)));
        Assert.Equal(reached, await AskAsync(services, Search.Replace("/api/", "/ajax-api/", StringComparison.Ordinal), Basic("", Master)));
        Assert.Equal(reached, await AskAsync(services, "/api/2.0/mlflow/runs/log-metric", Basic("anyone", ingest)));
        Assert.Equal((HttpStatusCode.Forbidden, "PERMISSION_DENIED"), await AskAsync(services, Search, new("Bearer", ingest)));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), await AskAsync(services, Search, new("Bearer", "wrong")));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), await AskAsync(services, Search, header: null));
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "/api/runs") { Headers = { Authorization = new("Bearer", Master) } };
        using var refused = await services.Gateway.Http.SendAsync(elsewhere);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string? Code)> AskAsync(
        Services services, string path, AuthenticationHeaderValue? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = header;
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await services.Gateway.Http.SendAsync(request);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, error.TryGetProperty("error_code", out var code) ? code.GetString() : null);
    }

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
