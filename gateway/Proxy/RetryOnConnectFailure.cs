using Yarp.ReverseProxy.Forwarder;

namespace Trainyard.Gateway.Proxy;

internal static class RetryOnConnectFailure
{
    /// <summary>
    /// Gives a request to another replica when the one it was for takes no connection: nothing of it has been sent then, so it can't be done twice.
    /// </summary>
    public static void UseAnotherReplica(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (http, next) =>
    {
        var feature = http.GetReverseProxyFeature();
        var untried = feature.AvailableDestinations;
        while (true)
        {
            await next(http);
            untried = [.. untried.Where(replica => replica != feature.ProxiedDestination)];
            if (http.Response.HasStarted || !TookNoConnection(http.GetForwarderErrorFeature()) || untried.Count == 0)
            {
                return;
            }
            feature.AvailableDestinations = untried;
            http.Features.Set<IForwarderErrorFeature>(null);
            http.Response.Clear();
        }
    });

    /// <summary>Whether nothing of the request has been sent.</summary>
    public static bool TookNoConnection(IForwarderErrorFeature? fault) =>
        fault is { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } };
}
