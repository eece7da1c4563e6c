using Yarp.ReverseProxy.Forwarder;

namespace Trainyard.Gateway.Proxy;

internal static class RetryOnConnectFailure
{
    /// <summary>
    /// Retries on another replica if the connection fails. Nothing has been sent by then, so the request can't be carried out twice.
    /// </summary>
    public static void UseAnotherReplica(this IReverseProxyApplicationBuilder proxy) => proxy.Use(async (http, next) =>
    {
        var feature = http.GetReverseProxyFeature();
        var untried = feature.AvailableDestinations;
        while (true)
        {
            await next(http);
            untried = [.. untried.Where(replica => replica != feature.ProxiedDestination)];
            if (http.Response.HasStarted || !IsConnectFailure(http.GetForwarderErrorFeature()) || untried.Count == 0)
            {
                return;
            }
            feature.AvailableDestinations = untried;
            http.Features.Set<IForwarderErrorFeature>(null);
            http.Response.Clear();
        }
    });

    /// <summary>Whether the connection failed, before anything was sent.</summary>
    public static bool IsConnectFailure(IForwarderErrorFeature? fault) =>
        fault is { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } };
}
