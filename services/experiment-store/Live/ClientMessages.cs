using System.Net.WebSockets;

namespace Trainyard.ExperimentStore.Live;

/// <param name="Json">The message; empty when it was longer than one may be.</param>
/// <param name="TooLong">Whether it was, and has been read over.</param>
/// <param name="Endless">Whether it goes on for so long that it is not read to its end.</param>
internal readonly record struct ClientMessage(ReadOnlyMemory<byte> Json, bool TooLong, bool Endless);

/// <summary>Reads whole messages into one small buffer.</summary>
internal sealed class ClientMessages(WebSocket socket)
{
    public const int Longest = 4096;

    private const int MaxReadOver = 1 << 20;

    private readonly byte[] buffer = new byte[Longest + 1];

    /// <summary>The next message, valid until the one after; null when the peer closes.</summary>
    public async Task<ClientMessage?> NextAsync()
    {
        var length = 0;
        while (true)
        {
            var free = length < buffer.Length ? buffer.AsMemory(length) : buffer;
            var part = await socket.ReceiveAsync(free, CancellationToken.None);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                return null;
            }
            length += part.Count;
            if (part.EndOfMessage)
            {
                return length > Longest ? new(default, TooLong: true, Endless: false) : new(buffer.AsMemory(0, length), false, false);
            }
            if (length > MaxReadOver)
            {
                return new(default, TooLong: true, Endless: true);
            }
        }
    }
}
