using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The keys that count now: the one of <c>SECURITY__API_KEY</c>, and those of <c>SECURITY__KEYS_FILE</c>, which may change at any time.</summary>
internal sealed class KeyRing(IOptions<SecurityOptions> options, TimeProvider clock, ILogger<KeyRing> logger)
{
    // A revoked key stops working within this time.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    private readonly byte[]? master = options.Value.ApiKey is { Length: > 0 } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
    private readonly Lock reading = new();
    private volatile Copy copy = new([]);

    /// <summary>Whether requests need a key at all.</summary>
    public bool IsNeeded => master is not null || options.Value.KeysFile is not null;

    /// <summary>Whose key a secret is; null when it is none.</summary>
    public Caller? Of(string secret)
    {
        if (master is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), master))
        {
            return Caller.Owner;
        }
        // Looked up by its hash: how long that takes says nothing of a secret.
        return options.Value.KeysFile is { } path && Current(path).BySecret.TryGetValue(ApiKey.Hash(secret), out var key) && Lasts(key)
            ? key.ToCaller()
            : null;
    }

    /// <summary>Whether a caller's key has been neither revoked nor expired since.</summary>
    public bool StillCounts(Caller caller) =>
        options.Value.KeysFile is not { } path
        || caller == Caller.Owner
        || (Current(path).ById.TryGetValue(caller.Id, out var key) && Lasts(key));

    private bool Lasts(ApiKey key) => !(key.ExpiresAt <= clock.GetUtcNow());

    private Copy Current(string path)
    {
        if (copy.LookedAt is { } last && clock.GetElapsedTime(last) < BetweenLooks)
        {
            return copy;
        }
        lock (reading)
        {
            var written = File.GetLastWriteTimeUtc(path);
            try
            {
                copy = copy.LookedAt is not null && written == copy.WrittenAt
                    ? copy with { LookedAt = clock.GetTimestamp() }
                    : new(KeyFile.Read(path)) { WrittenAt = written, LookedAt = clock.GetTimestamp() };
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Those read before still count: a slip in the file must not lock everybody out, nor let anybody in.
                logger.LogError(exception, "The keys in {File} can't be read", path);
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
