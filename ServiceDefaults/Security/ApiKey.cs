using System.Security.Cryptography;
using System.Text;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>What a key may be used for.</summary>
[Flags]
public enum KeyScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Posting events and metrics.</summary>
    Ingest = 1,

    /// <summary>Looking, and following live.</summary>
    Read = 2,

    /// <summary>Everything.</summary>
    Admin = 4,

    /// <summary>What a training job does: create runs, post to them, register checkpoints, upload artifacts, ask and tell.</summary>
    Job = 8,
}

/// <summary>A key as it is kept: only its hash, from which it can't be found out, for it is as long and as random as the hash.</summary>
/// <param name="Id">What it is called when it is revoked.</param>
/// <param name="Name">What it is for, in its owner's words.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends; never when null.</param>
public sealed record ApiKey(string Id, string Name, IReadOnlyList<KeyScopes> Scopes, string Sha256, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    private const int SecretBytes = 32;

    /// <summary>What the ids of the runs that it may write to start with; any when null.</summary>
    public string? Prefix { get; init; }

    /// <summary>The only experiment it may write to; any when null.</summary>
    public string? Experiment { get; init; }

    /// <summary>A new key, and the secret that is shown only now.</summary>
    public static (ApiKey Key, string Secret) Create(string name, IReadOnlyList<KeyScopes> scopes, DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        var secret = $"ty-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return (new(Contracts.Identifier.Create("key"), name, scopes, Hash(secret), now, expiresAt), secret);
    }

    /// <summary>Whoever holds it.</summary>
    public Caller ToCaller() => new(Id, Scopes.Aggregate(KeyScopes.None, (all, scope) => all | scope), Prefix, Experiment);

    /// <summary>The hash a key is kept as.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
