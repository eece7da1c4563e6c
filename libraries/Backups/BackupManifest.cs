using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Trainyard.Backups;

/// <summary>A file of a backup.</summary>
/// <param name="Path">Path below the backup, with forward slashes.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Modified">Last write time of the original, in UTC.</param>
/// <param name="Sha256">SHA-256 hash in lower-case hexadecimal.</param>
public sealed record BackupFile(string Path, long Size, DateTime Modified, string Sha256);

/// <summary>The content of a backup. The manifest's own hash is stored beside it, so that any change of a backup is detected.</summary>
/// <param name="Format">The format version, 1.</param>
/// <param name="Version">The Trainyard version that created it.</param>
/// <param name="CreatedAt">Time of the snapshot.</param>
/// <param name="Files">All other files, laid out as in a data folder.</param>
public sealed record BackupManifest(int Format, string Version, DateTimeOffset CreatedAt, IReadOnlyList<BackupFile> Files)
{
    /// <summary>The format version that this Trainyard writes, and the only one it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The database's file in a backup.</summary>
    public const string Database = "trainyard.db";

    /// <summary>The artifacts' folder in a backup.</summary>
    public const string Artifacts = "artifacts";

    /// <summary>The folder of the encryption keys in a backup.</summary>
    public const string Keys = "keys";

    private const string Name = "manifest.json";
    private const string HashName = "manifest.json.sha256";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Whether a folder holds a complete backup. Its files are not checked.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, HashName));

    /// <summary>Reads the manifest of a backup and checks its hash. The other files are not checked.</summary>
    /// <exception cref="BackupException">The manifest is missing, damaged, or of a newer version.</exception>
    public static BackupManifest Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Name)) || !IsIn(folder))
        {
            throw new BackupException($"{folder} is not a complete backup: {Name} or {HashName} is missing.");
        }
        try
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, Name));
            if (!File.ReadAllBytes(Path.Combine(folder, HashName)).AsSpan().SequenceEqual(HashLine(bytes)))
            {
                throw new BackupException($"{folder} is damaged: {Name} has changed since it was written.");
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

    /// <summary>Writes the manifest, then its hash, which completes the backup.</summary>
    /// <exception cref="IOException">A manifest exists already, or the disk is full.</exception>
    public void Write(string folder)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        HashedCopy.Write(Path.Combine(folder, Name), bytes);
        HashedCopy.Write(Path.Combine(folder, HashName), HashLine(bytes));
    }

    // In the format of `sha256sum --check`.
    private static byte[] HashLine(byte[] manifest) =>
        Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(manifest))}  {Name}\n");
}
