using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>Lines of a run's log.</summary>
/// <param name="Logs">Oldest first.</param>
/// <param name="Next">Value of <c>after</c> for the next request.</param>
internal sealed record LogTail(IReadOnlyList<LogView> Logs, long Next);

internal static class LogApi
{
    private const int MaxLines = 10_000;

    public static void MapLogs(this IEndpointRouteBuilder endpoints)
    {
        var logs = endpoints.MapGroup("/runs/{runId}/logs").WithTags("Logs");
        logs.MapGet("", TailAsync).WithName("GetLogs")
            .WithSummary("The last lines of a run's log, or the lines after an id, filtered by level or text")
            .WithResponseExample("""
                {"logs":[{"id":812,"time":"2026-03-04T12:00:00Z","level":"warning","message":"loss is not finite","attempt":1}],"next":812}
                """);
        logs.MapGet("/stream", StreamAsync).WithName("StreamLogs")
            .WithSummary("A run's log as Server-Sent Events, starting after Last-Event-ID, until the run ends")
            .Produces(StatusCodes.Status200OK).WithContent("text/event-stream").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<Ok<LogTail>> TailAsync(
        string runId, [FromQuery(Name = "limit"), Range(1, MaxLines)] int? limit, [FromQuery(Name = "after")] long? after,
        [AsParameters] LogFilter filter,
        Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            filter.Check();
            var lineLimit = QueryLimit.Of(limit, 200, MaxLines);
            await db.RequireRunAsync(runId, token);
            var lines = after is { } last
                ? await filter.Of(db.LogAfter(runId, last)).Take(lineLimit).ToListAsync(token)
                : await filter.Of(db.Logs.Where(line => line.RunId == runId))
                    .OrderByDescending(line => line.Id).Take(lineLimit).OrderBy(line => line.Id).ToListAsync(token);
            return new LogTail([.. lines.Select(LogView.Of)], lines.Count > 0 ? lines[^1].Id : after ?? 0);
        }, cancellationToken));

    private static async Task<Results<PushStreamHttpResult, NoContent>> StreamAsync(
        string runId, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, [FromQuery(Name = "after")] long? after,
        [AsParameters] LogFilter filter, LogStreams streams, HttpResponse response, CancellationToken cancellationToken)
    {
        filter.Check();
        var seen = after ?? 0;
        if (lastEventId is not null && !long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out seen))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("Last-Event-ID", "must be the id of an event of this stream")]);
        }
        // A browser reconnects after a stream ends, until it gets a 204.
        if (!await streams.HasMoreAsync(runId, seen, cancellationToken))
        {
            return TypedResults.NoContent();
        }
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.Stream(body => streams.WriteAsync(body, runId, seen, filter, cancellationToken), "text/event-stream");
    }
}
