using System.Buffers.Text;
using System.Net.Sockets;

namespace Trainyard.Bench.Loads;

/// <summary>One keep-alive connection that sends prepared bytes: an HTTP client with negligible CPU cost.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[16_384];

    public static async Task<HttpConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        return connection;
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <returns>The status.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await socket.SendAsync(request[sent..], cancellationToken);
        }
        for (var have = 0; ;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }
            have += read;
            if (Length(buffer.AsSpan(0, have)) is { } length && have >= length)
            {
                return Utf8Parser.TryParse(buffer.AsSpan(9, 3), out int status, out _) ? status : throw new IOException("No HTTP answer.");
            }
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>
    /// Bytes of the whole answer; null while its head is incomplete. Answers here are small, and chunked ones end with an empty chunk.
    /// </summary>
    private static int? Length(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }
        var header = answer.IndexOf("Content-Length: "u8);
        if (header >= 0 && header < head && Utf8Parser.TryParse(answer[(header + 16)..], out int length, out _))
        {
            return head + 4 + length;
        }
        return answer.EndsWith("0\r\n\r\n"u8) ? answer.Length : null;
    }
}
