using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// Tickets that replace the API key in a WebSocket's URL, which proxies log. A ticket is the encrypted key with an expiry. Any gateway
/// with the same <c>SECURITY__API_KEY</c> can redeem it, once each. A key revoked meanwhile is rejected. So is a ticket that would last for
/// more than twice its lifetime: it was issued while the clock was ahead.
/// </summary>
internal sealed class WebSocketTickets(IOptions<SecurityOptions> options, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    // A clock that is set back revives tickets, so used ones are remembered for longer than they last.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int EndBytes = sizeof(long);
    private const int Rounds = 200_000;

    private readonly Lazy<byte[]> sealing = new(() => SealingKey(options.Value.ApiKey));
    private readonly ConcurrentDictionary<string, long> used = new(StringComparer.Ordinal);

    public string Issue(string secret)
    {
        var content = new byte[EndBytes + Encoding.UTF8.GetByteCount(secret)];
        BinaryPrimitives.WriteInt64BigEndian(content, (clock.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(secret, content.AsSpan(EndBytes));
        var ticket = new byte[NonceBytes + TagBytes + content.Length];
        RandomNumberGenerator.Fill(ticket.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(sealing.Value, TagBytes);
        cipher.Encrypt(ticket.AsSpan(0, NonceBytes), content, ticket.AsSpan(NonceBytes + TagBytes), ticket.AsSpan(NonceBytes, TagBytes));
        return Base64Url.EncodeToString(ticket);
    }

    /// <summary>The key in a ticket; null if the ticket is invalid, expired or already used.</summary>
    public string? Redeem(string ticket)
    {
        if (Open(ticket) is not { } content)
        {
            return null;
        }
        var (now, end) = (clock.GetUtcNow(), DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(content)));
        foreach (var (old, _) in used.Where(entry => clock.GetElapsedTime(entry.Value) > Remembered))
        {
            used.TryRemove(old, out _);
        }
        return now < end && end <= now + (2 * Lifetime) && used.TryAdd(ticket, clock.GetTimestamp())
            ? Encoding.UTF8.GetString(content.AsSpan(EndBytes)) : null;
    }

    private byte[]? Open(string ticket)
    {
        if (!Base64Url.IsValid(ticket, out var length) || length < NonceBytes + TagBytes + EndBytes)
        {
            return null;
        }
        var sealedContent = Base64Url.DecodeFromChars(ticket);
        var content = new byte[length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(sealing.Value, TagBytes);
        try
        {
            cipher.Decrypt(
                sealedContent.AsSpan(0, NonceBytes),
                sealedContent.AsSpan(NonceBytes + TagBytes, content.Length),
                sealedContent.AsSpan(NonceBytes, TagBytes),
                content);
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Slow key derivation, so that a leaked ticket is of little use for guessing a weak key.</summary>
    private static byte[] SealingKey(string? apiKey) => apiKey is { Length: > 0 }
        ? Rfc2898DeriveBytes.Pbkdf2(apiKey, "trainyard websocket tickets"u8, Rounds, HashAlgorithmName.SHA256, 32)
        : RandomNumberGenerator.GetBytes(32);
}
