using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Selects series of a run.</summary>
internal sealed record LatestQuery
{
    private const int MaxPerPage = 10_000;
    private const string Order = "name";

    /// <summary>Returns only series whose name has this prefix.</summary>
    [FromQuery(Name = "prefix")]
    public string? Prefix { get; init; }

    /// <summary>Default: 1,000.</summary>
    [FromQuery(Name = "limit"), Range(1, MaxPerPage)]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<LatestMetrics> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 1000, MaxPerPage);
        var after = Storage.Cursor.Parse(Cursor, Order)?.Value;
        await db.RequireRunAsync(runId, cancellationToken);
        var series = db.Series.Where(row => row.RunId == runId && row.LastStep != null);
        if (after is not null)
        {
            series = series.Where(row => string.Compare(row.Name, after) > 0);
        }
        if (StorableText.CleanOrNull(Prefix, PointWriter.MaxNameCharacters) is { Length: > 0 } prefix)
        {
            // LIKE ignores case in SQLite.
            series = series.Where(row => row.Name.Substring(0, prefix.Length) == prefix);
        }
        var rows = await series.OrderBy(row => row.Name).Take(limit + 1).Select(row => new
        {
            row.Name,
            row.LastStep,
            row.LastValue,
            row.LastTime,
            row.Min,
            row.MinStep,
            row.Max,
            row.MaxStep,
            row.Count,
            row.NanCount,
            row.InfiniteCount,
        }).ToListAsync(cancellationToken);
        return new(
            runId,
            [.. rows.Take(limit).Select(row => new SeriesLatest(
                row.Name, row.LastStep ?? 0, row.LastValue ?? double.NaN, UnixTime.FromMicroseconds(row.LastTime ?? 0),
                row.Min, row.MinStep, row.Max, row.MaxStep, row.Count, row.NanCount, row.InfiniteCount))],
            rows.Count > limit ? new Cursor(Order, rows[limit - 1].Name, "").ToString() : null);
    }
}
