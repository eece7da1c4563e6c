using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Which series of a run to sum up, and how many.</summary>
internal sealed record LatestQuery
{
    private const int MaxPerPage = 10_000;
    private const string Order = "name";

    /// <summary>Only series whose names begin with it.</summary>
    [FromQuery(Name = "prefix")]
    public string? Prefix { get; init; }

    /// <summary>1,000 when left out.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<LatestMetrics> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 1000, MaxPerPage);
        var after = Storage.Cursor.Parse(Cursor, Order)?.Value;
        await db.RequireRunAsync(runId, cancellationToken);
        var series = db.Series.Where(one => one.RunId == runId && one.LastStep != null);
        if (after is not null)
        {
            series = series.Where(one => string.Compare(one.Name, after) > 0);
        }
        if (StorableText.CleanOrNull(Prefix, PointWriter.MaxNameCharacters) is { Length: > 0 } prefix)
        {
            // LIKE would take upper for lower case in SQLite.
            series = series.Where(one => one.Name.Substring(0, prefix.Length) == prefix);
        }
        var rows = await series.OrderBy(one => one.Name).Take(limit + 1).Select(one => new
        {
            one.Name,
            one.LastStep,
            one.LastValue,
            one.LastTime,
            one.Min,
            one.MinStep,
            one.Max,
            one.MaxStep,
            one.Count,
            one.NanCount,
            one.InfiniteCount,
        }).ToListAsync(cancellationToken);
        return new(
            runId,
            [.. rows.Take(limit).Select(one => new SeriesLatest(
                one.Name, one.LastStep ?? 0, one.LastValue ?? double.NaN, UnixTime.FromMicroseconds(one.LastTime ?? 0),
                one.Min, one.MinStep, one.Max, one.MaxStep, one.Count, one.NanCount, one.InfiniteCount))],
            rows.Count > limit ? new Cursor(Order, rows[limit - 1].Name, "").ToString() : null);
    }
}
