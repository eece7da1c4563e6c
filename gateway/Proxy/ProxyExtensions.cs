using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Bodies;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Trainyard.Gateway.Proxy;

internal static class ProxyExtensions
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void AddProxy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy();
        builder.Services.AddSingleton<IProxyConfigProvider>(services =>
            new InMemoryConfigProvider(Routes.All(services.GetRequiredService<IOptions<GatewayOptions>>().Value), Routes.Clusters));
        builder.Services.AddSingleton<Replicas>();
        builder.Services.AddSingleton<IDestinationResolver>(services => services.GetRequiredService<Replicas>());
    }

    public static void MapProxy(this WebApplication app)
    {
        app.UseRateLimiter();
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(ExplainFaultAsync);
            proxy.UseAnotherReplica();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        }).WithMetadata(new BodyLimit(
            app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxBodyBytes, "GATEWAY__MAX_BODY_BYTES"));
    }

    private static async Task ExplainFaultAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetForwarderErrorFeature() is { } fault && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            throw Explain(fault, http.Request.Method, http.GetReverseProxyFeature().Cluster.Config.ClusterId);
        }
    }

    private static Exception Explain(IForwarderErrorFeature fault, string method, string service) => fault.Exception switch
    {
        // The client's fault: the body is too large or incomplete.
        BadHttpRequestException bad => bad,
        AggregateException { InnerExceptions: var all } when all.OfType<BadHttpRequestException>().FirstOrDefault() is { } bad => bad,
        var exception when MayBeDone(fault, method) => new TrainyardException(
            ErrorCode.OutcomeUnknown,
            $"{service} did not respond in time, so the request may or may not have been carried out. "
            + "Check, or repeat it under the same Idempotency-Key.",
            exception)
        { RetryAfter = RetryAfter },
        var exception => new TrainyardException(ErrorCode.Unavailable, $"{service} does not respond. Try again.", exception)
        { RetryAfter = RetryAfter },
    };

    /// <summary>Whether a write reached a replica that didn't respond.</summary>
    private static bool MayBeDone(IForwarderErrorFeature fault, string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)
        && fault.Error is not ForwarderError.NoAvailableDestinations
        && !RetryOnConnectFailure.IsConnectFailure(fault);
}
