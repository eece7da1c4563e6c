using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>The keys that count now: the one of <c>SECURITY__API_KEY</c>, and those of <c>SECURITY__KEYS_FILE</c>, which may change at any time.</summary>
internal sealed class KeyRing(IOptions<SecurityOptions> options, TimeProvider clock, ILogger<KeyRing> logger)
{
    // A revoked key stops working within this time.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly byte[]? master = options.Value.ApiKey is { Length: > 0 } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
    private readonly Lock reading = new();
    private volatile Copy copy = new(default, null, new Dictionary<string, ApiKey>(StringComparer.Ordinal));

    /// <summary>Whether requests need a key at all.</summary>
    public bool IsNeeded => master is not null || options.Value.KeysFile is not null;

    /// <summary>What a secret may be used for.</summary>
    public KeyScopes Of(string secret)
    {
        if (master is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), master))
        {
            return KeyScopes.Admin;
        }
        // Looked up by its hash: how long that takes says nothing of a secret.
        return options.Value.KeysFile is { } path && Current(path).TryGetValue(ApiKey.Hash(secret), out var key) && !(key.ExpiresAt <= clock.GetUtcNow()) ? key.May : KeyScopes.None;
    }

    private IReadOnlyDictionary<string, ApiKey> Current(string path)
    {
        if (copy.LookedAt is { } last && clock.GetElapsedTime(last) < BetweenLooks)
        {
            return copy.Keys;
        }
        lock (reading)
        {
            var written = File.GetLastWriteTimeUtc(path);
            try
            {
                var keys = copy.LookedAt is not null && written == copy.WrittenAt ? copy.Keys : KeyFile.Read(path).ToDictionary(key => key.Sha256, StringComparer.Ordinal);
                copy = new(written, clock.GetTimestamp(), keys);
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Those read before still count: a slip in the file must not lock everybody out, nor let anybody in.
                logger.LogError(exception, "The keys in {File} can't be read", path);
                copy = copy with { LookedAt = clock.GetTimestamp() };
            }
            return copy.Keys;
        }
    }

    private sealed record Copy(DateTime WrittenAt, long? LookedAt, IReadOnlyDictionary<string, ApiKey> Keys);
}
