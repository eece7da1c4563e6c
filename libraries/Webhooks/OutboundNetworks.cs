using System.Net;
using System.Net.Sockets;

namespace Trainyard.Webhooks;

/// <summary>
/// Decides which addresses webhooks may reach. A host name is resolved and checked when connecting: an earlier check could see
/// another address.
/// </summary>
/// <param name="allowed">Private networks that may be reached.</param>
public sealed class OutboundNetworks(IReadOnlyList<IPNetwork> allowed)
{
    // Metadata services, which hand out a machine's cloud credentials, and addresses that are no single machine.
    private static readonly IPNetwork[] Never = Parse(
        "0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32");

    private static readonly IPNetwork[] Private = Parse(
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "::1/128", "fc00::/7");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Whether an address may be reached.</summary>
    public bool Allow(IPAddress address)
    {
        var unmapped = Unmapped(address);
        return !IsNever(unmapped) && (!Contain(Private, unmapped) || Contain(allowed, unmapped));
    }

    /// <summary>True for an address that no setting can allow.</summary>
    public static bool IsNever(IPAddress address) => Contain(Never, Unmapped(address));

    /// <summary>A network that no setting can allow and that holds all of this one; null if there is none.</summary>
    public static IPNetwork? NeverWithin(IPNetwork network)
    {
        var first = Unmapped(network.BaseAddress);
        // An IPv4 network written as IPv6: its prefix follows the one of the notation.
        var notation = first.AddressFamily == network.BaseAddress.AddressFamily ? 0
            : SixToFour.Contains(network.BaseAddress) ? SixToFour.PrefixLength
            : Nat64.PrefixLength;
        var length = network.PrefixLength - notation;
        var never = Array.FindIndex(Never, other =>
            other.BaseAddress.AddressFamily == first.AddressFamily && other.PrefixLength <= length && other.Contains(first));
        return never < 0 ? null : Never[never];
    }

    /// <summary>
    /// A client that reaches allowed addresses only, follows no redirect and keeps no cookies. It has no timeout: its user sets one for
    /// each request.
    /// </summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = ConnectAsync,
        // The address of a webhook often is a secret, and spans would hold it.
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Connects to an allowed address of the request's host.</summary>
    /// <exception cref="ForbiddenAddressException">No address of the host is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var reachable = IsProxy(context.InitialRequestMessage.RequestUri, host, port) ? addresses : Array.FindAll(addresses, Allow);
        if (reachable.Length == 0)
        {
            throw new ForbiddenAddressException();
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True for the proxy of this machine's settings, which applies its own rules.</summary>
    private static bool IsProxy(Uri? target, string host, int port) =>
        target is not null && !HttpClient.DefaultProxy.IsBypassed(target) && HttpClient.DefaultProxy.GetProxy(target) is { } proxy
        && proxy.Port == port && string.Equals(proxy.IdnHost.Trim('[', ']'), host, StringComparison.OrdinalIgnoreCase);

    /// <summary>The IPv4 address embedded in an IPv6 address, or the address itself.</summary>
    private static IPAddress Unmapped(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address;
        }
        var bytes = address.GetAddressBytes();
        return Nat64.Contains(address) ? new(bytes.AsSpan(12, 4)) : SixToFour.Contains(address) ? new(bytes.AsSpan(2, 4)) : address;
    }

    private static bool Contain(IReadOnlyList<IPNetwork> networks, IPAddress address) => networks.Any(network => network.Contains(address));

    private static IPNetwork[] Parse(params string[] networks) => Array.ConvertAll(networks, IPNetwork.Parse);
}

/// <summary>No address of the host is allowed.</summary>
public sealed class ForbiddenAddressException() : IOException(Reason)
{
    /// <summary>The reason, for people.</summary>
    public const string Reason = "its address is in a network that OUTBOUND__ALLOWED_NETWORKS does not name";
}
