using System.Buffers.Binary;
using System.Security.Cryptography;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Idempotency;

/// <summary>
/// The <c>Idempotency-Key</c> header. Repeating a request under its key changes nothing; a different request under it is rejected.
/// </summary>
public static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Hash used to detect a different body under the same key.</summary>
    public static long HashOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>The problem with a key; null if it is valid.</summary>
    public static Problem? ProblemWith(string key, int maxLength) =>
        key.Length > 0 && key.Length <= maxLength && key.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? null
            : new(Header, $"must be given once, with 1 to {maxLength} visible ASCII characters");

    public static TrainyardException Reused(string? key) => new(
        ErrorCode.IdempotencyKeyReused,
        $"The {Header} '{key}' was used with another body before. Nothing of this request was stored: send it under a new key.");
}
