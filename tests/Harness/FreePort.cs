using System.Net;
using System.Net.Sockets;

namespace Trainyard.Harness;

public static class FreePort
{
    /// <summary>A port of the loopback address that nobody listens on now.</summary>
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)(socket.LocalEndPoint ?? throw new InvalidOperationException("A bound socket has an address."))).Port;
    }
}
