using Trainyard.Gateway.Proxy;

namespace Trainyard.Gateway;

/// <summary>The gateway's own short requests to services. No retries: callers want the current state.</summary>
internal sealed class ServiceClient(Replicas replicas) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    /// <summary>Requests a path of every replica; null for one that doesn't respond within 2 s.</summary>
    public async Task<IReadOnlyList<HttpResponseMessage?>> AskAllAsync(string service, string path, CancellationToken cancellationToken)
    {
        var addresses = await replicas.OfAsync(service, cancellationToken);
        return await Task.WhenAll(addresses.Select(replica => AskAsync(new(replica, path), cancellationToken)));
    }

    /// <summary>The response of the first replica that responds; null if none does.</summary>
    public async Task<HttpResponseMessage?> AskAnyAsync(string service, string path, CancellationToken cancellationToken)
    {
        foreach (var replica in await replicas.OfAsync(service, cancellationToken))
        {
            if (await AskAsync(new(replica, path), cancellationToken) is { } answer)
            {
                return answer;
            }
        }
        return null;
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage?> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await http.GetAsync(address, timeout.Token);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
