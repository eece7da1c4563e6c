using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.Contracts.Errors;
using Trainyard.TokenizerService.Coding;
using Trainyard.TokenizerService.Training;

namespace Trainyard.TokenizerService.Catalog;

internal sealed record TokenizerPage(IReadOnlyList<TokenizerManifest> Items, string? NextCursor);

internal static class CatalogApi
{
    private const int MostItems = 1000;

    public static RouteGroupBuilder MapCatalog(this RouteGroupBuilder tokenizers)
    {
        tokenizers.MapGet("", List).WithName("ListTokenizers").WithSummary("Tokenizers, newest first, page by page");
        tokenizers.MapGet("/{tokenizerId}", Get).WithName("GetTokenizer").WithSummary("Status, progress, config and statistics");
        tokenizers.MapDelete("/{tokenizerId}", DeleteAsync).WithName("DeleteTokenizer")
            .WithSummary("Delete a tokenizer and its files; one that is queued or training is stopped first");
        return tokenizers;
    }

    private static Ok<TokenizerPage> List(TokenizerCatalog catalog, TrainingQueue queue, int limit = 100, string? cursor = null)
    {
        if (limit is < 1 or > MostItems)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("limit", $"must be from 1 to {MostItems}, not {limit}")]);
        }
        // Newer tokenizers may come before the cursor at any time; what follows it stays.
        var all = catalog.List().Select(queue.WithProgress);
        var rest = cursor is null ? [.. all] : all.SkipWhile(manifest => manifest.TokenizerId != cursor).Skip(1).ToList();
        return TypedResults.Ok(new TokenizerPage([.. rest.Take(limit)], rest.Count > limit ? rest[limit - 1].TokenizerId : null));
    }

    private static Ok<TokenizerManifest> Get(string tokenizerId, TokenizerCatalog catalog, TrainingQueue queue) =>
        TypedResults.Ok(queue.WithProgress(catalog.Require(tokenizerId)));

    private static async Task<NoContent> DeleteAsync(string tokenizerId, TokenizerCatalog catalog, TrainingQueue queue, LoadedTokenizers loaded)
    {
        catalog.Require(tokenizerId);
        await queue.StopAsync(tokenizerId);
        try
        {
            catalog.Delete(tokenizerId);
        }
        catch (DirectoryNotFoundException)
        {
            // Another request has just deleted it, which is what this one asked for.
        }
        loaded.Forget(tokenizerId);
        return TypedResults.NoContent();
    }
}
