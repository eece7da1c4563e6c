using System.Net;
using System.Net.Sockets;

namespace Trainyard.StartChecks;

/// <summary>Checks the addresses on which a process will listen.</summary>
public static class ListeningAddress
{
    /// <summary>Says why a process can't listen on an address.</summary>
    /// <param name="url">
    /// An address such as <c>http://localhost:5080</c>. The host may be <c>*</c> or <c>+</c>. Port 0 is any free port.
    /// </param>
    /// <returns>A clause that begins with the address; null if the address is free.</returns>
    public static string? Error(string url)
    {
        var concrete = url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(concrete, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return $"'{url}' is not an address to listen on";
        }
        if (address.Port == 0)
        {
            return null;
        }
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
        using var probe = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(host, address.Port));
            return null;
        }
        catch (SocketException exception)
        {
            return $"{url} is in use ({exception.Message})";
        }
    }
}
