using Trainyard.Gateway.Proxy;

namespace Trainyard.Gateway;

/// <summary>Asks services short questions of the gateway's own. It doesn't repeat them: who asks wants to know how things are now.</summary>
internal sealed class ServiceClient(Replicas replicas) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    /// <summary>The answers of a service's replicas, each null when it gives none in two seconds.</summary>
    public async Task<IReadOnlyList<HttpResponseMessage?>> AskAllAsync(string service, string path, CancellationToken cancellationToken) =>
        await Task.WhenAll((await replicas.OfAsync(service, cancellationToken)).Select(replica => AskAsync(new(replica, path), cancellationToken)));

    /// <summary>The answer of the first of a service's replicas that gives one; null when none does.</summary>
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
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await http.GetAsync(address, patience.Token);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
