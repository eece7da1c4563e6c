using System.Buffers.Binary;
using System.Security.Cryptography;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Idempotency;

/// <summary>The header <c>Idempotency-Key</c>: a request repeated under it changes nothing, and another one under it is refused.</summary>
public static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Tells bodies apart.</summary>
    public static long HashOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    public static TrainyardException Reused(string? key) => new(
        ErrorCode.IdempotencyKeyReused,
        $"The {Header} '{key}' was used with another body before. Nothing of this request was kept: send it under a key of its own.");
}
