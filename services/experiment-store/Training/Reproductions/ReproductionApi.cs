using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Training.Reproductions;

internal static class ReproductionApi
{
    private static readonly string[] ComparedSeries = [MetricNames.TrainLoss, MetricNames.ValLoss];

    public static void MapReproductions(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/runs/{runId}/reproduce", ReproduceAsync)
            .WithTags("Runs").WithName("ReproduceRun")
            .WithSummary("Train a completed run again: same config, seed and threads; its data and tokenizer must be unchanged")
            .WithErrors(ErrorCode.IllegalTransition, ErrorCode.DataNotFound, ErrorCode.PathForbidden)
            .WithResponseExample("""{"run_id":"run-4f9k2m7qx1tz"}""", StatusCodes.Status202Accepted);
        endpoints.MapGet("/runs/{runId}/reproduction", GetAsync)
            .WithTags("Runs").WithName("GetReproduction")
            .WithSummary("Whether a run that repeats another one has the same curve and weights, and which versions or machines differ")
            .WithErrors(ErrorCode.DataNotFound)
            .WithResponseExample("""
                {"run_id":"run-4f9k2m7qx1tz","reproduces_run_id":"run-1a2b3c4d5e6f","status":"completed",
                 "curve_is_identical":true,"points":31,"first_difference":null,"weights_are_identical":true,"differences":[],
                 "message":"Curve and weights are identical to the last bit."}
                """);
    }

    private static async Task<Accepted<RunQueued>> ReproduceAsync(
        string runId, Database database, TrainingInputs inputs, AppPaths paths, IOptions<RunOptions> options, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var id = Identifier.Create("run");
        await database.WriteAsync(async (db, token) =>
        {
            var original = await db.RunAsync(runId, token);
            if (original is not { Kind: RunKind.Own, Status: RunStatus.Completed, Config: { } stored })
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run {runId} is not a completed run of Trainyard's trainer: there is nothing to reproduce.");
            }
            if (StoredManifest.Read(paths, runId) is not { KnowsData: true } manifest)
            {
                throw new TrainyardException(ErrorCode.DataNotFound, $"The manifest of run {runId} is gone.");
            }
            var config = JsonSerializer.Deserialize<TrainingConfig>(stored, WireJson.Options)
                ?? throw new InvalidOperationException($"The stored config of run {runId} is empty.");
            if (inputs.CheckCorpus(config.CorpusPath) is { } missing)
            {
                throw new TrainyardException(missing.Code, [new(missing.Field, missing.Message)]);
            }
            // Sums depend on the number of threads.
            var repeated = config with { Threads = manifest.Threads ?? config.Threads, Name = $"{original.Name} again" };
            TrainApi.Store(db, id, repeated, original.StartFromPath, options.Value, clock.GetUtcNow()).ReproducesRunId = runId;
            return true;
        }, cancellationToken);
        return TypedResults.Accepted($"/api/runs/{id}/reproduction", new RunQueued(id));
    }

    private static async Task<Ok<Reproduction>> GetAsync(
        string runId, Database database, AppPaths paths, CancellationToken cancellationToken)
    {
        var query = new HistoryQuery { Keys = ComparedSeries, MaxPoints = HistoryQuery.PointLimit };
        var (run, original) = await database.ReadAsync(async (db, token) =>
        {
            var repeated = await db.Runs.SingleOrDefaultAsync(row => row.Id == runId && row.DeletedAt == null, token)
                ?? throw new TrainyardException(ErrorCode.RunNotFound, $"There is no run '{runId}'.");
            return repeated.ReproducesRunId is { } first && await db.Runs.AnyAsync(row => row.Id == first && row.DeletedAt == null, token)
                ? (repeated, first)
                : throw new TrainyardException(ErrorCode.DataNotFound, $"Run '{runId}' reproduces no other, or that one is deleted.");
        }, cancellationToken);
        var curves = await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken);
        var originals = await database.ReadAsync((db, token) => query.RunAsync(db, original, token), cancellationToken);
        return TypedResults.Ok(Reproduction.Of(
            (runId, run.Status, curves.Series, StoredManifest.Read(paths, runId)),
            (original, originals.Series, StoredManifest.Read(paths, original))));
    }
}
