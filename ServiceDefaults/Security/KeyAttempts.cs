using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// Limits wrong API keys per address. Past the limit, keys are rejected unchecked, except those that worked before: others behind the
/// same address are not locked out.
/// </summary>
internal sealed class KeyAttempts : IDisposable
{
    public const int Burst = 20;

    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> worked = new(StringComparer.Ordinal);

    private readonly PartitionedRateLimiter<IPAddress> attempts = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(Network(address), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = BetweenAttempts,
            AutoReplenishment = true,
        }));

    /// <summary>Counts a key that has not worked yet.</summary>
    /// <exception cref="TrainyardException">RATE_LIMITED: the address is over its limit.</exception>
    public void Admit(IPAddress? address, string secret)
    {
        if (worked.ContainsKey(secret))
        {
            return;
        }
        using var room = attempts.AttemptAcquire(address ?? IPAddress.None);
        if (!room.IsAcquired)
        {
            throw new TrainyardException(ErrorCode.RateLimited, "Too many wrong API keys came from this address.")
            {
                RetryAfter = BetweenAttempts,
            };
        }
    }

    public void Worked(string secret)
    {
        if (worked.Count > MaxRemembered)
        {
            worked.Clear();
        }
        worked.TryAdd(secret, true);
    }

    public void Failed(string secret) => worked.TryRemove(secret, out _);

    public void Dispose() => attempts.Dispose();

    /// <summary>Groups IPv6 addresses by network: a client can send from any address of its own.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily is not AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address;
        }
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}
