using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Trainyard.Standalone.Backups;

/// <param name="Path">Below the backup, with forward slashes.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When the original was last written.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
internal sealed record BackupFile(string Path, long Size, DateTime Modified, string Sha256);

/// <summary>What a backup holds. Its own hash lies beside it, so that no byte of a backup can change unnoticed.</summary>
/// <param name="Format">1.</param>
/// <param name="Version">The Trainyard that took it.</param>
/// <param name="CreatedAt">As of when.</param>
/// <param name="Files">Everything else in it, laid out as in a data folder.</param>
internal sealed record BackupManifest(int Format, string Version, DateTimeOffset CreatedAt, IReadOnlyList<BackupFile> Files)
{
    public const int CurrentFormat = 1;
    public const string Database = "trainyard.db";
    public const string Artifacts = "artifacts";
    public const string Keys = "keys";

    private const string Name = "manifest.json";
    private const string HashName = "manifest.json.sha256";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, HashName));

    /// <exception cref="BackupException">There is none, it is damaged, or of a newer version.</exception>
    public static BackupManifest Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Name)) || !IsIn(folder))
        {
            throw new BackupException($"{folder} is not a complete backup: it has no {Name} or no {HashName}.");
        }
        try
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, Name));
            if (!File.ReadAllBytes(Path.Combine(folder, HashName)).AsSpan().SequenceEqual(HashLine(bytes)))
            {
                throw new BackupException($"{folder} is damaged: {Name} is not what was written.");
            }
            return JsonSerializer.Deserialize<BackupManifest>(bytes, Json) is { Format: CurrentFormat } manifest
                ? manifest
                : throw new BackupException($"{folder} was written by a newer version of Trainyard.");
        }
        catch (JsonException exception)
        {
            throw new BackupException($"{folder} was written by a newer version of Trainyard.", exception);
        }
    }

    public void Write(string folder)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        HashedCopy.Write(Path.Combine(folder, Name), bytes);
        HashedCopy.Write(Path.Combine(folder, HashName), HashLine(bytes));
    }

    // As `sha256sum --check` reads it.
    private static byte[] HashLine(byte[] manifest) => Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(manifest))}  {Name}\n");
}
