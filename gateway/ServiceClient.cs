using Microsoft.Extensions.ServiceDiscovery.Http;

namespace Trainyard.Gateway;

/// <summary>Asks services short questions of the gateway's own. It doesn't repeat them: who asks wants to know how things are now.</summary>
internal sealed class ServiceClient(IServiceDiscoveryHttpMessageHandlerFactory discovery) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new(discovery.CreateHandler(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }));

    /// <summary>The service's answer; null when it gives none in two seconds.</summary>
    public async Task<HttpResponseMessage?> GetAsync(string service, string path, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await http.GetAsync(new Uri($"http://{service}{path}"), patience.Token);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();
}
