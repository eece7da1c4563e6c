using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

internal sealed record MetricsEntry(long? Step, IReadOnlyDictionary<string, double> Metrics, DateTimeOffset? Timestamp);

internal sealed record MetricsAccepted(int Stored, int Repeated);

/// <summary>The summary of a series' clean curve. NaN and infinities are no extremes; they are counted apart.</summary>
internal sealed record SeriesLatest(
    string Name, long Step, double Value, DateTimeOffset Time, double? Min, long? MinStep, double? Max, long? MaxStep,
    long Count, long NanCount, long InfiniteCount);

internal sealed record LatestMetrics(string RunId, IReadOnlyList<SeriesLatest> Series);

internal static class MetricsApi
{
    private const int MostEntries = 50_000;

    public static RouteGroupBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var metrics = endpoints.MapGroup("/runs/{runId}/metrics").WithTags("Metrics");
        metrics.MapPost("", LogAsync).WithName("LogMetrics").WithSummary("Log a batch of values").WithMetadata(new RequestSizeLimitAttribute(32_000_000));
        metrics.MapGet("", HistoryAsync).WithName("GetMetricHistory").WithSummary("Curves, summarised when they have more points than asked for");
        metrics.MapGet("/latest", LatestAsync).WithName("GetLatestMetrics").WithSummary("Last value, extremes and counts of every series");
        return metrics;
    }

    private static async Task<Ok<MetricsAccepted>> LogAsync(
        string runId, MetricsEntry[] entries, [FromHeader(Name = "Idempotency-Key")] string? key,
        HttpContext http, Database database, IEventStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        Refusal.ThrowIfAny([.. Problems(entries, key)]);
        await database.ReadAsync((db, token) => db.RequireRunAsync(runId, token), cancellationToken);
        var now = clock.GetUtcNow();
        var events = entries.Select(entry => new MetricsLogged
        {
            EventId = Guid.CreateVersion7(now),
            RunId = runId,
            Time = entry.Timestamp ?? now,
            Step = entry.Step,
            Measurements = entry.Metrics,
        }).ToList();
        var request = new AcceptedRequest(key, http.TraceIdentifier, events);
        var stored = await store.StoreAsync(new(Guid.CreateVersion7(now), now, [request]), cancellationToken);
        return TypedResults.Ok(new MetricsAccepted(stored.Stored * entries.Length, stored.Repeated * entries.Length));
    }

    private static IEnumerable<Problem> Problems(MetricsEntry[] entries, string? key)
    {
        if (entries.Length is 0 or > MostEntries)
        {
            yield return new("$", $"must be a list of 1 to {MostEntries} entries, not {entries.Length}");
        }
        if (key is { Length: 0 or > 1024 })
        {
            yield return new("Idempotency-Key", "must have 1 to 1024 characters");
        }
        for (var index = 0; index < entries.Length; index++)
        {
            if (entries[index] is not { Metrics.Count: > 0 } entry)
            {
                yield return new($"[{index}].metrics", "must have at least one value");
            }
            else if (entry.Metrics.Keys.FirstOrDefault(name => !PointWriter.IsName(name)) is not null)
            {
                yield return new($"[{index}].metrics", $"must have names of 1 to {PointWriter.MostNameCharacters} characters");
            }
            else if (!PointWriter.IsStep(entry.Step))
            {
                yield return new($"[{index}].step", "must lie within ±2^53");
            }
        }
    }

    private static async Task<Ok<MetricHistory>> HistoryAsync(string runId, [AsParameters] HistoryQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<LatestMetrics>> LatestAsync(string runId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.RequireRunAsync(runId, token);
            var series = await db.Series.Where(one => one.RunId == runId && one.LastStep != null).OrderBy(one => one.Name).ToListAsync(token);
            return new LatestMetrics(runId, [.. series.Select(one => new SeriesLatest(
                one.Name, one.LastStep ?? 0, one.LastValue ?? double.NaN, UnixTime.FromMicroseconds(one.LastTime ?? 0),
                one.Min, one.MinStep, one.Max, one.MaxStep, one.Count, one.NanCount, one.InfiniteCount))]);
        }, cancellationToken));

    /// <exception cref="TrainyardException">RUN_NOT_FOUND.</exception>
    public static async Task<bool> RequireRunAsync(this StoreContext db, string runId, CancellationToken cancellationToken) =>
        Identifier.IsValid(runId) && await db.Runs.AnyAsync(run => run.Id == runId && run.DeletedAt == null, cancellationToken) ? true : throw Refusal.NoRun(runId);
}
