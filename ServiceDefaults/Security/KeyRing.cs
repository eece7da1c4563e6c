using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// The valid keys: the one in <c>SECURITY__API_KEY</c> and those in <c>SECURITY__KEYS_FILE</c>, which is reloaded when it changes.
/// </summary>
internal sealed class KeyRing(IOptions<SecurityOptions> options, TimeProvider clock, ILogger<KeyRing> logger)
{
    // A revoked key stops working within this time.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly byte[]? master = options.Value.ApiKey is { Length: > 0 } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
    private readonly Lock reading = new();
    private volatile Copy copy = new([]);

    /// <summary>Whether requests need a key at all.</summary>
    public bool IsNeeded => master is not null || options.Value.KeysFile is not null;

    /// <summary>The caller of a secret; null if the secret is not a valid key.</summary>
    public Caller? Of(string secret)
    {
        if (master is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), master))
        {
            return Caller.Owner;
        }
        // Lookup by hash doesn't leak the secret through timing.
        return options.Value.KeysFile is { } path
            && Current(path).BySecret.TryGetValue(ApiKey.Hash(secret), out var key)
            && IsUnexpired(key)
            ? key.ToCaller()
            : null;
    }

    /// <summary>Whether a caller's key is still valid, neither revoked nor expired.</summary>
    public bool IsStillValid(Caller caller) =>
        options.Value.KeysFile is not { } path
        || caller == Caller.Owner
        || (Current(path).ById.TryGetValue(caller.Id, out var key) && IsUnexpired(key));

    private bool IsUnexpired(ApiKey key) => !(key.ExpiresAt <= clock.GetUtcNow());

    private Copy Current(string path)
    {
        if (copy.LookedAt is { } last && clock.GetElapsedTime(last) < PollInterval)
        {
            return copy;
        }
        lock (reading)
        {
            var written = File.GetLastWriteTimeUtc(path);
            try
            {
                if (copy.LookedAt is not null && written == copy.WrittenAt)
                {
                    copy = copy with { LookedAt = clock.GetTimestamp() };
                    return copy;
                }
                copy = new(KeyFile.Read(path)) { WrittenAt = written, LookedAt = clock.GetTimestamp() };
                if (!File.Exists(path))
                {
                    logger.LogWarning("{File} (SECURITY__KEYS_FILE) does not exist, so none of its keys is valid", path);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Keep the keys read before: a broken file must neither lock everyone out nor let anyone in.
                logger.LogError(exception, "The keys in {File} can't be read; the keys read before stay valid", path);
                copy = copy with { LookedAt = clock.GetTimestamp() };
            }
            return copy;
        }
    }

    private sealed record Copy(IReadOnlyList<ApiKey> Keys)
    {
        public DateTime WrittenAt { get; init; }

        public long? LookedAt { get; init; }

        public Dictionary<string, ApiKey> BySecret { get; } = Keys.ToDictionary(key => key.Sha256, StringComparer.Ordinal);

        public Dictionary<string, ApiKey> ById { get; } = Keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
    }
}
