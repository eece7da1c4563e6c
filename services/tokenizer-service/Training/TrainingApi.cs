using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Training;

/// <summary>The tokenizer whose training was queued.</summary>
internal sealed record TrainingAccepted(string TokenizerId);

internal static class TrainingApi
{
    public static RouteGroupBuilder MapTraining(this RouteGroupBuilder tokenizers)
    {
        tokenizers.MapPost("/train", Train).WithName("TrainTokenizer").WithSummary("Train a tokenizer on a file or folder of text")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithErrors(ErrorCode.PathForbidden, ErrorCode.DataNotFound, ErrorCode.Unavailable)
            .WithRequestExample("""{"name":"books","corpus_path":"my-text","vocab_size":4096,"pattern":"llama3","normalization":"nfc"}""")
            .WithResponseExample("""{"tokenizer_id":"tok-4f9k2m7qx1tz"}""", StatusCodes.Status202Accepted);
        return tokenizers;
    }

    private static Accepted<TrainingAccepted> Train(
        TokenizerConfig config, AppPaths paths, TokenizerCatalog catalog, TrainingQueue queue, TimeProvider clock)
    {
        RequireUsable(config, paths);
        queue.RequireRoom();
        var manifest = new TokenizerManifest
        {
            TokenizerId = Identifier.Create("tok"),
            Name = config.Name,
            Status = TokenizerStatus.Queued,
            Message = "Waiting in the queue.",
            CreatedAt = clock.GetUtcNow(),
            Config = config with { Threads = config.Threads ?? Environment.ProcessorCount },
        };
        catalog.Add(manifest);
        queue.Enqueue(manifest.TokenizerId);
        return TypedResults.Accepted($"/api/tokenizers/{manifest.TokenizerId}", new TrainingAccepted(manifest.TokenizerId));
    }

    private static void RequireUsable(TokenizerConfig config, AppPaths paths)
    {
        List<Problem> problems = [.. config.Problems()];
        try
        {
            if (config.CorpusPath.Length is > 0 and <= 4096
                && TextCorpus.WhyNoText(paths.ResolveCorpus(config.CorpusPath), config.CorpusOptions(paths)) is { } reason)
            {
                problems.Add(new("corpus_path", $"'{config.CorpusPath}' contains no readable UTF-8 text ({reason})"));
            }
        }
        catch (TrainyardException failure) when (problems.Count > 0)
        {
            // Report all problems together. The path's own error code is used only if the path is the only problem.
            problems.Add(new("corpus_path", failure.Message));
        }
        if (problems.Count > 0)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }
    }
}
