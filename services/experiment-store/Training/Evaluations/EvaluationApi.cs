using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
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
          "/api/artifacts/models/run-4f9k2m7qx1tz/eval/samples.jsonl"],
         "regression":{"baseline_run_id":"run-1a2b3c4d5e6f","on":"validation","tolerance":0.01,"is_regression":false,
          "message":"bits_per_byte is 1.5200, 1.5400 in run-1a2b3c4d5e6f: better.",
          "metrics":[{"metric":"bits_per_byte","value":1.52,"baseline":1.54,"change":-0.013,"is_worse":false}]}}
        """;

    public static void MapEvaluations(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/runs/{runId}/evaluate", EvaluateAsync)
            .WithTags("Runs").WithName("EvaluateRun")
            .WithSummary("Evaluate a checkpoint of a run on its held-out text or another, once a worker is idle")
            .WithMetadata(new RequestSizeLimitAttribute(300_000))
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
        if (inputs.CheckText(request.PromptsPath ?? "", "prompts_path") is { } missing)
        {
            throw new TrainyardException(missing.Code, [new(missing.Field, missing.Message)]);
        }
        var view = await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            if (run.Kind is not RunKind.Own || run.Config is null)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run {run.Id} is an external job: Trainyard has no model of it to evaluate.");
            }
            RequireText(request.On, run.Config, inputs);
            await RequireBaselineAsync(db, request.BaselineRunId, "baseline_run_id", token);
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

    private static async Task<bool> RequireBaselineAsync(
        StoreContext db, string? runId, string field, CancellationToken cancellationToken) =>
        runId is null || await db.Runs.AnyAsync(run => run.Id == runId && run.DeletedAt == null, cancellationToken)
            ? true
            : throw new TrainyardException(ErrorCode.RunNotFound, [new(field, $"names no run: '{runId}'")]);

    private static async Task<Ok<EvaluationResult>> GetAsync(
        string runId, [AsParameters] BaselineQuery query, AppPaths paths, Database database, CancellationToken cancellationToken)
    {
        var (baseline, allowed) = (query.Baseline, query.AllowedChange());
        var results = new EvaluationResults(paths, database);
        var (latest, metrics, artifacts) = await results.OfAsync(runId, cancellationToken)
            ?? throw new TrainyardException(ErrorCode.DataNotFound, $"Run '{runId}' has not been evaluated.");
        var other = baseline ?? (latest is null
            ? null
            : JsonSerializer.Deserialize<EvaluationRequest>(latest.Request, WireJson.Options)?.BaselineRunId);
        if (baseline is not null)
        {
            await database.ReadAsync((db, token) => RequireBaselineAsync(db, baseline, "baseline", token), cancellationToken);
        }
        return TypedResults.Ok(new EvaluationResult(runId, latest is null ? null : EvaluationView.Of(latest), metrics, artifacts)
        {
            Regression = other is null
                ? null
                : Regression.Of(other, metrics, (await results.TryOfAsync(other, cancellationToken))?.Metrics, allowed),
        });
    }
}
