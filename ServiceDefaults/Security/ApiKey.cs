using System.Security.Cryptography;
using System.Text;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>Permissions of a key.</summary>
[Flags]
public enum KeyScopes
{
    None = 0,

    /// <summary>Post events and metrics.</summary>
    Ingest = 1,

    /// <summary>Read everything, and subscribe to live updates.</summary>
    Read = 2,

    /// <summary>Everything.</summary>
    Admin = 4,

    /// <summary>What a training job needs: create runs, post to them, register checkpoints, upload artifacts, ask and tell.</summary>
    Job = 8,
}

/// <summary>
/// A stored API key. Only the hash is kept; a plain SHA-256 is enough, because the secret is as long and as random as the hash.
/// </summary>
/// <param name="Id">The id used to revoke the key.</param>
/// <param name="Name">The owner's description of the key.</param>
/// <param name="Scopes">The key's permissions.</param>
/// <param name="Sha256">Hash of the secret, in lower-case hexadecimal.</param>
/// <param name="CreatedAt">Time of creation.</param>
/// <param name="ExpiresAt">Time of expiry; null for a key that doesn't expire.</param>
public sealed record ApiKey(
    string Id, string Name, IReadOnlyList<KeyScopes> Scopes, string Sha256, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    private const int SecretBytes = 32;

    /// <summary>Prefix of the ids of runs the key may write to; any run when null.</summary>
    public string? Prefix { get; init; }

    /// <summary>The only experiment the key may write to; any when null.</summary>
    public string? Experiment { get; init; }

    /// <summary>Creates a key and its secret. The secret can't be recovered later.</summary>
    public static (ApiKey Key, string Secret) Create(
        string name, IReadOnlyList<KeyScopes> scopes, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var secret = $"ty-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return (new(Contracts.Identifier.Create("key"), name, scopes, Hash(secret), now, expiresAt), secret);
    }

    public Caller ToCaller() => new(Id, Scopes.Aggregate(KeyScopes.None, (all, scope) => all | scope), Prefix, Experiment);

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
