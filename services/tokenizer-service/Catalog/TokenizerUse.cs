using System.Text.Json;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.TokenizerService.Catalog;

/// <summary>Finds the runs trained with a tokenizer by their manifests.</summary>
internal sealed class TokenizerUse(AppPaths paths, ILogger<TokenizerUse> logger)
{
    private const int MaxRuns = 100;

    /// <summary>The ids of the first 100 runs, sorted.</summary>
    public IReadOnlyList<string> RunsWith(string tokenizerId)
    {
        var models = Path.Combine(paths.ArtifactsRoot, "models");
        return Directory.Exists(models)
            ? [.. Directory.EnumerateDirectories(models)
                .Where(folder => Uses(folder, tokenizerId))
                .Select(folder => Path.GetFileName(folder))
                .Order(StringComparer.Ordinal)
                .Take(MaxRuns)]
            : [];
    }

    private bool Uses(string folder, string tokenizerId)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, "manifest.json"));
            using var manifest = JsonDocument.Parse(file);
            return manifest.RootElement.TryGetProperty("config", out var config) && config.ValueKind is JsonValueKind.Object
                && config.TryGetProperty("tokenizer_id", out var id) && id.ValueKind is JsonValueKind.String && id.ValueEquals(tokenizerId);
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            logger.LogDebug(
                exception, "The manifest in {Folder} can't be read, so the run is not listed as using {TokenizerId}", folder, tokenizerId);
            return false;
        }
    }
}
