using System.Net;
using System.Net.Sockets;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>
/// Which addresses may be posted to. A name is checked by what it resolves to, when it is connected to: earlier, it could resolve to
/// something else.
/// </summary>
internal sealed class OutboundNetworks(IReadOnlyList<IPNetwork> allowed)
{
    // Where clouds tell a machine its own credentials, and what is no single machine.
    private static readonly IPNetwork[] Never = Parse(
        "0.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::/32");

    private static readonly IPNetwork[] Private = Parse(
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "::1/128", "fc00::/7");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public bool Allow(IPAddress address)
    {
        var meant = Meant(address);
        return !IsNever(meant) && (!Contain(Private, meant) || Contain(allowed, meant));
    }

    /// <summary>Whether no setting allows an address.</summary>
    public static bool IsNever(IPAddress address) => Contain(Never, Meant(address));

    /// <summary>Connects for a request, to an address that is allowed.</summary>
    /// <exception cref="ForbiddenAddressException">None of the name's addresses is.</exception>
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

    /// <summary>Whether that is the proxy of this machine's settings, which decides itself whom it lets be reached.</summary>
    private static bool IsProxy(Uri? asked, string host, int port) =>
        asked is not null && !HttpClient.DefaultProxy.IsBypassed(asked) && HttpClient.DefaultProxy.GetProxy(asked) is { } proxy
        && proxy.Port == port && string.Equals(proxy.IdnHost.Trim('[', ']'), host, StringComparison.OrdinalIgnoreCase);

    /// <summary>The IPv4 address that an IPv6 address stands for, where it stands for one.</summary>
    private static IPAddress Meant(IPAddress address)
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

/// <summary>An address that may not be posted to.</summary>
internal sealed class ForbiddenAddressException() : IOException(Reason)
{
    public const string Reason = "its address is in a network that OUTBOUND__ALLOWED_NETWORKS does not name";
}
