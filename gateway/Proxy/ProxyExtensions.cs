using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery.Http;
using Trainyard.Contracts.Errors;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Trainyard.Gateway.Proxy;

internal static class ProxyExtensions
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void AddProxy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy();
        builder.Services.AddSingleton<IProxyConfigProvider>(services =>
            new InMemoryConfigProvider(Routes.All(services.GetRequiredService<IOptions<GatewayOptions>>().Value), Routes.Clusters));
        builder.Services.AddSingleton<IForwarderHttpClientFactory, DiscoveringClientFactory>();
    }

    public static void MapProxy(this WebApplication app)
    {
        app.UseRateLimiter();
        app.MapReverseProxy(proxy => proxy.Use(async (http, next) =>
        {
            await next(http);
            if (http.GetForwarderErrorFeature() is { } fault && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
            {
                throw Explain(fault, http.GetReverseProxyFeature().Cluster.Config.ClusterId);
            }
        }));
    }

    private static Exception Explain(IForwarderErrorFeature fault, string service) => fault.Exception switch
    {
        // The caller's fault: its body is too large or broke off.
        BadHttpRequestException bad => bad,
        AggregateException { InnerExceptions: var all } when all.OfType<BadHttpRequestException>().FirstOrDefault() is { } bad => bad,
        var exception => new TrainyardException(ErrorCode.Unavailable, $"{service} does not answer. Try again.", exception) { RetryAfter = RetryAfter },
    };

    /// <summary>Connects to what a service's name resolves to at that moment, as every other client in Trainyard does.</summary>
    private sealed class DiscoveringClientFactory(IServiceDiscoveryHttpMessageHandlerFactory discovery) : ForwarderHttpClientFactory
    {
        protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
            discovery.CreateHandler(base.WrapHandler(context, handler));
    }
}
