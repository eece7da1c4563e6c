using System.Net;
using System.Net.Sockets;

namespace Trainyard.Harness;

/// <summary>
/// Ports for servers that tests start. They lie below the range from which systems number outgoing connections, so that no
/// connection takes a port between its choice and the server's start.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int last = Random.Shared.Next(Count);

    /// <summary>A port of the loopback address that nobody listens on now and that this process has not been given yet.</summary>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }
        throw new InvalidOperationException($"Every port from {First} to {First + Count - 1} is taken.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
