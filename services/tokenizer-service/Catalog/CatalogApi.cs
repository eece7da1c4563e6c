using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.TokenizerService.Coding;
using Trainyard.TokenizerService.Training;

namespace Trainyard.TokenizerService.Catalog;

/// <summary>A page of tokenizers.</summary>
internal sealed record TokenizerPage(IReadOnlyList<TokenizerManifest> Items, string? NextCursor);

/// <summary>The response to deleting a tokenizer that runs use.</summary>
/// <param name="TokenizerId">The tokenizer.</param>
/// <param name="UsedBy">Runs that were trained with it, at most 100. Each keeps its own copy.</param>
internal sealed record TokenizerDeleted(string TokenizerId, IReadOnlyList<string> UsedBy);

internal static class CatalogApi
{
    private const int MaxItems = 1000;

    private const string Example = """
        {"tokenizer_id":"tok-4f9k2m7qx1tz","name":"books","status":"completed","message":"completed",
         "created_at":"2026-03-04T12:00:00Z","started_at":"2026-03-04T12:00:00Z",
         "finished_at":"2026-03-04T12:00:02Z","attempts":1,"progress":null,
         "config":{"name":"books","method":"bpe","corpus_path":"my-text","replace_invalid_bytes":false,"vocab_size":4096,
          "min_frequency":2,"special_tokens":["<|endoftext|>"],"pattern":"llama3","sequence":"document",
          "normalization":"nfc","lowercase":false,"holdout_fraction":0.05,"seed":1,"threads":null,"sample_max_lines":null},
         "vocab_size":4096,
         "statistics":{"coverage":1,"oov_rate":0,"token_count":16423,"character_coverage":1,"tokens_per_character":0.29,
          "tokens_per_word":1.61,"lines":2000,"bytes":55770,"held_out":true},
         "corpus":{"fingerprint":"9f86d081884c7d65","files":1,"skipped_files":1,"bytes":1115394,"lines":40000,
          "training_lines":38000,"distinct_words":25670,
          "skipped":[{"path":"old.txt","reason":"not UTF-8 text","position":1204}]},
         "durations":{"open_seconds":0.01,"count_seconds":0.12,"merge_seconds":0.1,"total_seconds":0.25},
         "environment":{"trainyard":"0.1.0","git_commit":null,"dotnet":"10.0.12","os":"Debian GNU/Linux 12","cpu":"x64","processors":2},
         "artifacts":[],"failure":null}
        """;

    public static RouteGroupBuilder MapCatalog(this RouteGroupBuilder tokenizers)
    {
        tokenizers.MapGet("", List).WithName("ListTokenizers").WithSummary("List tokenizers, newest first")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        tokenizers.MapGet("/{tokenizerId}", Get).WithName("GetTokenizer")
            .WithSummary("Get a tokenizer's status, progress, config and statistics")
            .WithResponseExample(Example);
        tokenizers.MapDelete("/{tokenizerId}", DeleteAsync).WithName("DeleteTokenizer")
            .WithSummary(
                "Delete a tokenizer and its files, and stop its training. Runs that use it keep their copy and are listed in the response")
            .WithResponseExample("""{"tokenizer_id":"tok-4f9k2m7qx1tz","used_by":["run-4f9k2m7qx1tz"]}""");
        return tokenizers;
    }

    private static Ok<TokenizerPage> List(
        TokenizerCatalog catalog, TrainingQueue queue, [Range(1, MaxItems)] int limit = 100, string? cursor = null)
    {
        if (limit is < 1 or > MaxItems)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("limit", $"must be from 1 to {MaxItems}, not {limit}")]);
        }
        // New tokenizers only appear before the cursor, so pages after it are stable.
        var all = catalog.List().Select(queue.WithProgress);
        var rest = cursor is null ? [.. all] : all.SkipWhile(manifest => manifest.TokenizerId != cursor).Skip(1).ToList();
        return TypedResults.Ok(new TokenizerPage([.. rest.Take(limit)], rest.Count > limit ? rest[limit - 1].TokenizerId : null));
    }

    private static Ok<TokenizerManifest> Get(string tokenizerId, TokenizerCatalog catalog, TrainingQueue queue) =>
        TypedResults.Ok(queue.WithProgress(catalog.Require(tokenizerId)));

    private static async Task<Results<Ok<TokenizerDeleted>, NoContent>> DeleteAsync(
        string tokenizerId, TokenizerCatalog catalog, TokenizerUse use, TrainingQueue queue, LoadedTokenizers loaded)
    {
        catalog.Require(tokenizerId);
        await queue.StopAsync(tokenizerId);
        try
        {
            catalog.Delete(tokenizerId);
        }
        catch (DirectoryNotFoundException)
        {
            // Already deleted by a concurrent request.
        }
        loaded.Forget(tokenizerId);
        return use.RunsWith(tokenizerId) is { Count: > 0 } runs
            ? TypedResults.Ok(new TokenizerDeleted(tokenizerId, runs))
            : TypedResults.NoContent();
    }
}
