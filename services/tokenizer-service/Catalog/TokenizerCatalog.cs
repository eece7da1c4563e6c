using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.TokenizerService.Catalog;

/// <summary>The tokenizers in the folders below <c>tokenizers/</c>. The disk is the only source of truth.</summary>
internal sealed class TokenizerCatalog(AppPaths paths, ILogger<TokenizerCatalog> logger)
{
    public const string ManifestFile = "manifest.json", TokenizerFile = "tokenizer.json", LogFile = "logs.jsonl";

    // Skips unknown members, which a newer version may have written.
    private static readonly JsonSerializerOptions Json = new(WireJson.Options)
    {
        WriteIndented = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    private string Root => Path.Combine(paths.ArtifactsRoot, "tokenizers");

    public string PathOf(string tokenizerId, string file) => Path.Combine(paths.Tokenizer(tokenizerId), file);

    public void Add(TokenizerManifest manifest)
    {
        var folder = Directory.CreateDirectory(paths.Tokenizer(manifest.TokenizerId));
        try
        {
            Save(manifest);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Replaces the manifest atomically. Fails if the tokenizer has been deleted.</summary>
    public void Save(TokenizerManifest manifest)
    {
        var path = PathOf(manifest.TokenizerId, ManifestFile);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        using (var file = new FileStream(temporary, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(file, manifest, Json);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    public TokenizerManifest? Find(string tokenizerId)
    {
        if (!Identifier.IsValid(tokenizerId))
        {
            return null;
        }
        try
        {
            using var file = File.OpenRead(PathOf(tokenizerId, ManifestFile));
            // The folder's name takes precedence over the id in the file.
            return JsonSerializer.Deserialize<TokenizerManifest>(file, Json) is { } manifest
                ? manifest with { TokenizerId = tokenizerId }
                : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or TrainyardException)
        {
            logger.LogWarning(exception, "Skipping tokenizer {TokenizerId}: its manifest can't be read", tokenizerId);
            return null;
        }
    }

    /// <exception cref="TrainyardException">TOKENIZER_NOT_FOUND.</exception>
    public TokenizerManifest Require(string tokenizerId) =>
        Find(tokenizerId) ?? throw new TrainyardException(ErrorCode.TokenizerNotFound, $"There is no tokenizer '{tokenizerId}'.");

    /// <summary>All tokenizers, newest first.</summary>
    public IReadOnlyList<TokenizerManifest> List() => Directory.Exists(Root)
        ? [.. Directory.EnumerateDirectories(Root)
            .Select(folder => Find(Path.GetFileName(folder)))
            .OfType<TokenizerManifest>()
            .OrderByDescending(manifest => manifest.CreatedAt)
            .ThenByDescending(manifest => manifest.TokenizerId, StringComparer.Ordinal)]
        : [];

    /// <summary>Deletes the folder. Renames it first, so that no reader sees a partial tokenizer.</summary>
    public void Delete(string tokenizerId)
    {
        // The space makes the name an invalid id.
        var doomed = Path.Combine(Root, $"deleted {Guid.NewGuid():N}");
        Directory.Move(paths.Tokenizer(tokenizerId), doomed);
        Directory.Delete(doomed, recursive: true);
    }
}
