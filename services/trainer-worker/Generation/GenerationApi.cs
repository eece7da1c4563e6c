using System.Net.Mime;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.Models.Generation;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Generation;

internal static class GenerationApi
{
    private static readonly RequestTimeout FindTimeout = RequestTimeout.After(s: 10);

    public static RouteGroupBuilder MapGeneration(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/runs").WithTags("Runs");
        group.MapPost("/{runId}/generate", GenerateAsync)
            .WithName("GenerateText")
            .WithSummary("Continue a text with the run's model; as Server-Sent Events with \"stream\": true or Accept: text/event-stream")
            .WithMetadata(new RequestSizeLimitAttribute(1_000_000))
            .Produces<GenerateResponse>().WithContent("text/event-stream")
            .WithErrors(ErrorCode.IllegalTransition)
            .WithRequestExample("""{"prompt":"Once upon","max_new_tokens":50,"temperature":0.8,"top_k":50,"top_p":0.95,"seed":7}""")
            .WithResponseExample("""
                {"run_id":"run-4f9k2m7qx1tz","text":" a time there was a ship","seed":7,
                 "samples":[{"text":" a time there was a ship","seed":7}],"prompt_tokens":2,"prompt_tokens_cut":0}
                """);
        return group;
    }

    private static async Task<Results<Ok<GenerateResponse>, ServerSentEventsResult<GeneratedPiece>>> GenerateAsync(
        string runId, GenerateRequest request, HttpRequest http, TextGeneration texts, IRequestClient<FindRun> runs,
        CancellationToken cancellationToken)
    {
        var sampling = request.ToOptions();
        await RequireRunAsync(runId, runs, cancellationToken);
        var pieces = texts.Generate(runId, request.Prompt, sampling, request.N, cancellationToken);
        if (request.Stream || http.GetTypedHeaders().Accept.Any(accept => accept.MediaType == MediaTypeNames.Text.EventStream))
        {
            return TypedResults.ServerSentEvents(StreamAsync(pieces, request.N, sampling.Seed, cancellationToken));
        }

        StringBuilder[] written = [.. Enumerable.Range(0, request.N).Select(_ => new StringBuilder())];
        var length = new PromptTokens(0, 0);
        await foreach (var piece in pieces)
        {
            written[piece.Sample].Append(piece.Text);
            length = piece.Prompt ?? length;
        }
        GeneratedSample[] samples =
            [.. written.Select((text, index) => new GeneratedSample(text.ToString(), SamplingOptions.SeedOf(sampling.Seed, index)))];
        return TypedResults.Ok(new GenerateResponse(runId, samples[0].Text, sampling.Seed, samples, length.Count, length.Cut));
    }

    /// <summary>Requires a run that is not deleted. Its files stay for as long as it can be restored.</summary>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND; UNAVAILABLE if the store doesn't answer.</exception>
    private static async Task RequireRunAsync(string runId, IRequestClient<FindRun> runs, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await runs.GetResponse<RunFound>(new(runId), cancellationToken, FindTimeout)
                .InTimeAsync(FindTimeout, cancellationToken);
            if (!answer.Message.Exists)
            {
                throw TextGeneration.NoRun(runId);
            }
        }
        catch (RequestException exception)
        {
            throw new TrainyardException(ErrorCode.Unavailable,
                "The experiment store does not respond, so it is unknown whether the run still exists. Try again.", exception)
            { RetryAfter = TimeSpan.FromSeconds(2) };
        }
    }

    private static async IAsyncEnumerable<SseItem<GeneratedPiece>> StreamAsync(
        IAsyncEnumerable<GeneratedText> pieces, int count, long seed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var length = new PromptTokens(0, 0);
        await foreach (var piece in pieces.WithCancellation(cancellationToken))
        {
            if (piece.Prompt is { } prompt)
            {
                length = prompt;
                continue;
            }
            yield return new(new GeneratedPiece(piece.Text, count > 1 ? piece.Sample : null), "text");
        }
        yield return new(new GeneratedPiece("", Sample: null, seed, length.Count, length.Cut), "done");
    }
}
