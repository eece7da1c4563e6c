using System.Net.WebSockets;

namespace Trainyard.ExperimentStore.Live;

/// <param name="Json">The message; empty if it is too long.</param>
/// <param name="TooLong">True if it exceeds <see cref="ClientMessages.MaxBytes"/> and was skipped.</param>
/// <param name="Endless">True if it is so long that the rest was not read.</param>
internal readonly record struct ClientMessage(ReadOnlyMemory<byte> Json, bool TooLong, bool Endless);

/// <summary>Reads whole messages into one small buffer.</summary>
internal sealed class ClientMessages(WebSocket socket)
{
    public const int MaxBytes = 4096;

    private const int MaxSkippedBytes = 1 << 20;

    private readonly byte[] buffer = new byte[MaxBytes + 1];

    /// <summary>Returns the next message, or null when the peer closes. The message is valid until the next call.</summary>
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
                return length > MaxBytes ? new(default, TooLong: true, Endless: false) : new(buffer.AsMemory(0, length), false, false);
            }
            if (length > MaxSkippedBytes)
            {
                return new(default, TooLong: true, Endless: true);
            }
        }
    }
}
