using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.Gateway.Proxy;

/// <summary>Rate limit per client address, if <c>GATEWAY__REQUESTS_PER_SECOND</c> is set.</summary>
internal static class ClientLimits
{
    public const string Policy = "clients";

    public static void AddClientLimits(this IHostApplicationBuilder builder) => builder.Services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, http =>
        {
            var perSecond = http.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.RequestsPerSecond ?? int.MaxValue;
            return RateLimitPartition.GetTokenBucketLimiter(http.Connection.RemoteIpAddress, _ => new TokenBucketRateLimiterOptions
            {
                TokensPerPeriod = perSecond,
                TokenLimit = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            });
        });
        limiter.OnRejected = (_, _) => throw new TrainyardException(
            ErrorCode.RateLimited, "Too many requests per second from this address (GATEWAY__REQUESTS_PER_SECOND). Slow down.")
        { RetryAfter = TimeSpan.FromSeconds(1) };
    });
}
