using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Artifacts;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training.Evaluations;

internal static class EvaluationApi
{
    private const int MaxMetricsBytes = 1 << 20;

    private const string QueuedExample = """
        {"evaluation_id":"eval-7h3k9d2m5p8q","run_id":"run-4f9k2m7qx1tz","status":"queued","message":null,"error_kind":null,
         "error_code":null,"request":{"on":"validation","checkpoint_id":null,"max_tokens":1000000,"samples":3,"sample_tokens":64},
         "checkpoint_id":"ckpt-1a2b3c4d5e6f","step":1200,"metrics":null,"created_at":"2026-03-04T12:00:00Z","started_at":null,
         "ended_at":null}
        """;

    private const string ResultExample = """
        {"run_id":"run-4f9k2m7qx1tz","evaluation":null,
         "metrics":{"evaluation_id":"eval-7h3k9d2m5p8q","step":1200,"on":"validation","loss":3.41,"perplexity":30.3,"bits_per_byte":1.52,
          "tokens_per_byte":0.31,"accuracy_top1":0.38,"accuracy_top5":0.61,"tokens":81920,"bytes":264258,"tokens_available":81920,
          "duration_s":12.4,"evaluated_at":"2026-03-04T12:00:30Z"},
         "artifacts":["/api/artifacts/models/run-4f9k2m7qx1tz/eval/metrics.json",
          "/api/artifacts/models/run-4f9k2m7qx1tz/eval/samples.jsonl"]}
        """;

    public static void MapEvaluations(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/runs/{runId}/evaluate", EvaluateAsync)
            .WithTags("Runs").WithName("EvaluateRun")
            .WithSummary("Evaluate a checkpoint of a run on its held-out text or another, once a worker is idle")
            .WithMetadata(new RequestSizeLimitAttribute(10_000))
            .WithErrors(ErrorCode.IllegalTransition, ErrorCode.CheckpointInvalid, ErrorCode.PathForbidden, ErrorCode.DataNotFound)
            .WithRequestExample("""{"on":"validation","max_tokens":1000000,"samples":3}""")
            .WithResponseExample(QueuedExample, StatusCodes.Status202Accepted);
        endpoints.MapGet("/runs/{runId}/eval", GetAsync)
            .WithTags("Runs").WithName("GetEvaluation")
            .WithSummary("The latest evaluation of a run's model, the state of the last requested one, and the paths of the files")
            .WithResponseExample(ResultExample);
    }

    private static async Task<Accepted<EvaluationView>> EvaluateAsync(
        string runId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] EvaluationRequest? body, Database database,
        TrainingInputs inputs, CheckpointPaths checkpoints, IOptions<RunOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var request = body ?? new();
        TrainyardException.ThrowIfAny(request.Validate());
        var view = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            if (run.Kind is not RunKind.Own || run.Config is null)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run {run.Id} is an external job: Trainyard has no model of it to evaluate.");
            }
            RequireText(request.On, run.Config, inputs);
            if (await db.Evaluations.Open().AnyAsync(open => open.RunId == run.Id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is already being evaluated.");
            }
            var checkpoint = await db.ToEvaluateAsync(checkpoints, run.Id, request.CheckpointId, token)
                ?? throw (request.CheckpointId is { } id
                    ? new TrainyardException(
                        ErrorCode.CheckpointInvalid, [new("checkpoint_id", $"names no checkpoint of this run that is on disk: '{id}'")])
                    : new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} has no checkpoint yet."));
            var evaluation = new Evaluation
            {
                Id = Identifier.Create("eval"),
                RunId = run.Id,
                Status = RunStatus.Queued,
                Request = JsonSerializer.Serialize(request, WireJson.Options),
                CheckpointId = checkpoint.Id,
                Step = checkpoint.Step,
                CreatedAt = clock.GetUtcNow(),
            };
            db.Evaluations.Add(evaluation);
            evaluation.Offer(db, options.Value, clock.GetUtcNow());
            return EvaluationView.Of(evaluation);
        }, cancellationToken);
        return TypedResults.Accepted($"/api/runs/{view.RunId}/eval", view);
    }

    private static void RequireText(string on, string config, TrainingInputs inputs)
    {
        if (on != EvaluationClaimed.Validation)
        {
            if (inputs.CheckText(on, "the path") is { } unknown)
            {
                var message = $"must be {EvaluationClaimed.Validation} or a text below the corpus folder: {unknown.Message}";
                throw new TrainyardException(unknown.Code, [new("on", message)]);
            }
            return;
        }
        var corpus = JsonSerializer.Deserialize<TrainingConfig>(config, WireJson.Options)?.CorpusPath ?? "";
        if (inputs.CheckText(corpus, "corpus_path") is { } lost)
        {
            throw new TrainyardException(lost.Code,
                [new("on", $"names the text that the run held out, which can't be read: {lost.Message}")]);
        }
    }

    private static async Task<Ok<EvaluationResult>> GetAsync(
        string runId, AppPaths paths, Database database, CancellationToken cancellationToken)
    {
        var latest = await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            return await db.Evaluations.Where(evaluation => evaluation.RunId == runId)
                .OrderByDescending(evaluation => evaluation.CreatedAt).ThenByDescending(evaluation => evaluation.Id)
                .FirstOrDefaultAsync(token);
        }, cancellationToken);
        var file = new FileInfo(paths.ResolveArtifact("models", runId, "eval/metrics.json"));
        var found = file is { Exists: true, Length: <= MaxMetricsBytes };
        if (latest is null && !found)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"Run '{runId}' has not been evaluated.");
        }
        // The worker writes the file after the result is stored. A newer file is from a later evaluation during training.
        var metrics = latest is { Metrics: { } stored, EndedAt: { } ended } && !(found && file.LastWriteTimeUtc > ended.UtcDateTime)
            ? JsonElement.Parse(stored)
            : found ? await ReadAsync(file, runId, cancellationToken) : (JsonElement?)null;
        return TypedResults.Ok(new EvaluationResult(
            runId, latest is null ? null : EvaluationView.Of(latest), metrics,
            [.. new LocalArtifacts(file.DirectoryName ?? "").List("")
                .Select(artifact => $"/api/artifacts/models/{runId}/eval/{artifact.Path}").Order(StringComparer.Ordinal)]));
    }

    private static async Task<JsonElement> ReadAsync(FileInfo file, string runId, CancellationToken cancellationToken)
    {
        try
        {
            return JsonElement.Parse(await File.ReadAllBytesAsync(file.FullName, cancellationToken));
        }
        catch (JsonException exception)
        {
            throw new TrainyardException(ErrorCode.DataNotFound, $"The evaluation of run '{runId}' can't be read.", exception);
        }
    }
}
