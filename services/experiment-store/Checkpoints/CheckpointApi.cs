using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Checkpoints;

internal sealed record CheckpointView(
    string CheckpointId, string RunId, string Path, int Attempt, long? Step, bool IsBest, long? Size, StoredJson? Metrics, DateTimeOffset SavedAt)
{
    public static CheckpointView Of(Checkpoint checkpoint) => new(
        checkpoint.Id, checkpoint.RunId, checkpoint.Path, checkpoint.Attempt, checkpoint.Step, checkpoint.IsBest, checkpoint.Size,
        StoredJson.Of(checkpoint.Metrics), checkpoint.SavedAt);
}

internal sealed record CheckpointList(string RunId, IReadOnlyList<CheckpointView> Checkpoints);

internal static class CheckpointApi
{
    private const int MostListed = 10_000;

    public static void MapCheckpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/runs/{runId}/checkpoints", ListAsync)
            .WithTags("Checkpoints").WithName("ListCheckpoints").WithSummary("Checkpoints of a run, the latest step first");
        endpoints.MapGet("/checkpoints/{checkpointId}", GetAsync)
            .WithTags("Checkpoints").WithName("GetCheckpoint").WithSummary("One checkpoint");
    }

    private static async Task<Ok<CheckpointList>> ListAsync(
        string runId, [FromQuery(Name = "order_by")] string? orderBy, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            var rows = db.Checkpoints.Where(one => one.RunId == runId);
            rows = orderBy switch
            {
                null or "step desc" => rows.OrderByDescending(one => one.Step).ThenByDescending(one => one.SavedAt),
                "step" or "step asc" => rows.OrderBy(one => one.Step).ThenBy(one => one.SavedAt),
                "saved_at desc" => rows.OrderByDescending(one => one.SavedAt).ThenBy(one => one.Id),
                "saved_at" or "saved_at asc" => rows.OrderBy(one => one.SavedAt).ThenBy(one => one.Id),
                _ => throw new TrainyardException(ErrorCode.ConfigInvalid, [new("order_by", "must be step or saved_at, optionally followed by asc or desc")]),
            };
            return new CheckpointList(runId, [.. (await rows.Take(MostListed).ToListAsync(token)).Select(CheckpointView.Of)]);
        }, cancellationToken));

    private static async Task<Ok<CheckpointView>> GetAsync(string checkpointId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var id = StorableText.Clean(checkpointId, 256);
            var found = await db.Checkpoints.SingleOrDefaultAsync(one => one.Id == id, token);
            return found is null ? throw new TrainyardException(ErrorCode.DataNotFound, $"There is no checkpoint '{id}'.") : CheckpointView.Of(found);
        }, cancellationToken));
}
