using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;

namespace Trainyard.Notifier.Runs;

/// <summary>Reads runs and firings from Trainyard's API.</summary>
internal sealed class StoreApi(IHttpClientFactory clients, StoreAddress address)
{
    public const string Client = "store";

    /// <summary>Ignores members that the notifier has no use for.</summary>
    public static JsonSerializerOptions Json { get; } =
        new(WireJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <returns>Null if there is no such run.</returns>
    public async Task<StoreRun?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await GetAsync<StoreRun>($"api/runs/{Uri.EscapeDataString(runId)}", cancellationToken);

    /// <summary>The runs that changed last, newest change first.</summary>
    public async Task<IReadOnlyList<StoreRun>> ChangedAsync(int limit, CancellationToken cancellationToken) =>
        (await GetAsync<StorePage<StoreRun>>($"api/runs?order_by=updated_at%20desc&limit={limit}", cancellationToken))?.Items ?? [];

    /// <summary>The newest runs.</summary>
    public async Task<IReadOnlyList<StoreRun>> NewestAsync(int limit, CancellationToken cancellationToken) =>
        (await GetAsync<StorePage<StoreRun>>($"api/runs?limit={limit}", cancellationToken))?.Items ?? [];

    /// <summary>The newest firings of alerts.</summary>
    public async Task<IReadOnlyList<StoreFiring>> FiringsAsync(int limit, CancellationToken cancellationToken) =>
        (await GetAsync<StorePage<StoreFiring>>($"api/alerts/fired?limit={limit}", cancellationToken))?.Items ?? [];

    private async Task<T?> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class
    {
        using var http = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(await address.GetAsync(cancellationToken), path));
        if (address.Key is { Length: > 0 } key)
        {
            request.Headers.Add("X-Api-Key", key);
        }
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync<T>(body, Json, cancellationToken);
    }
}
