using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Trainyard.Gateway.Proxy;

/// <summary>
/// Resolves the replicas of each service through service discovery. Each is its own destination, so that one that is down or not ready
/// gets no requests.
/// </summary>
internal sealed class Replicas(ServiceEndpointResolver endpoints) : IDestinationResolver
{
    public async Task<IReadOnlyList<Uri>> OfAsync(string service, CancellationToken cancellationToken) =>
        [.. (await endpoints.GetEndpointsAsync($"http://{service}", cancellationToken)).Endpoints.Select(Address)];

    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var replicas = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal);
        var changes = new List<IChangeToken>();
        foreach (var (service, config) in destinations)
        {
            var found = await endpoints.GetEndpointsAsync(config.Address, cancellationToken);
            changes.Add(found.ChangeToken);
            foreach (var address in found.Endpoints.Select(Address))
            {
                replicas[$"{service} {address.Authority}"] = config with { Address = address.ToString() };
            }
        }
        return new(replicas, new CompositeChangeToken(changes));
    }

    private static Uri Address(ServiceEndpoint endpoint)
    {
        var text = endpoint.EndPoint is DnsEndPoint { Port: 0 } name ? name.Host : endpoint.ToString() ?? "";
        return new(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}");
    }
}
