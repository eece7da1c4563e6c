using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>Part of a series' points: one attempt's, or everyone's when it is null.</summary>
internal sealed record PointRange(long SeriesId, long From, long To, int? Attempt = null);

/// <summary>Reads points and bucket rows as they are stored, past the change tracker: charts read them by the thousand.</summary>
internal static class StoredSummaries
{
    // Ranges are numbers of our own, written into the statement: a parameter each would exceed what a statement may have.
    private const int MaxRanges = 400;

    private const string PointColumns = "p.series_id, p.step, p.seq, p.time, p.attempt, p.value";

    public const string Columns =
        "s.attempt, s.first_step, s.last_step, s.last_seq, s.last_time, s.last_value, s.count, s.nan_count, s.infinite_count, s.min, s.min_step, s.max, s.max_step, s.total";

    /// <summary>The points of some ranges, each range's by step and arrival.</summary>
    public static async IAsyncEnumerable<Point> PointsAsync(
        this StoreContext db, IEnumerable<PointRange> ranges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in ranges.Chunk(MaxRanges))
        {
            var sql = some is [var one]
                ? string.Create(CultureInfo.InvariantCulture, $"""
                    SELECT {PointColumns} FROM points p
                    WHERE p.series_id = {one.SeriesId} AND p.step BETWEEN {one.From} AND {one.To}{(one.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $" AND p.attempt = {attempt}") : "")}
                    ORDER BY p.step, p.seq
                    """)
                : $"""
                    WITH wanted (series_id, low, high, attempt) AS (VALUES {Values(some.Select(range => (range.SeriesId, range.From, range.To, (long)(range.Attempt ?? 0))))})
                    SELECT {PointColumns} FROM wanted w JOIN points p ON p.series_id = w.series_id AND p.step BETWEEN w.low AND w.high AND (w.attempt = 0 OR p.attempt = w.attempt)
                    ORDER BY p.series_id, p.step, p.seq
                    """;
            await using var command = db.Command(sql);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                yield return ReadPoint(row);
            }
        }
    }

    public static Point ReadPoint(DbDataReader row) => new()
    {
        SeriesId = row.GetInt64(0),
        Step = row.GetInt64(1),
        Seq = row.GetInt64(2),
        Time = row.GetInt64(3),
        Attempt = row.GetInt32(4),
        Value = row.IsDBNull(5) ? null : row.GetDouble(5),
    };

    /// <summary>The rows of a level between two buckets, in order.</summary>
    public static async Task<List<BucketSummary>> BucketsAsync(
        this StoreContext db, long seriesId, int level, long from, long to, int? attempt, CancellationToken cancellationToken)
    {
        var only = attempt is null ? "" : string.Create(CultureInfo.InvariantCulture, $" AND s.attempt = {attempt}");
        await using var command = db.Command(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {Columns}, s.series_id, s.level, s.bucket FROM summaries s
            WHERE s.series_id = {seriesId} AND s.level = {level} AND s.bucket BETWEEN {from} AND {to}{only}
            ORDER BY s.bucket, s.attempt
            """));
        return await ReadAsync(command, [], cancellationToken);
    }

    /// <summary>The rows of the next finer level that buckets are made of.</summary>
    public static async Task<List<BucketSummary>> PartsAsync(this StoreContext db, IEnumerable<BucketSummary> buckets, CancellationToken cancellationToken)
    {
        var parts = new List<BucketSummary>();
        foreach (var some in buckets.Chunk(MaxRanges))
        {
            await using var command = db.Command($"""
                WITH wanted (series_id, level, first, attempt) AS (VALUES {Values(some.Select(one => (one.SeriesId, (long)one.Level - 1, one.Bucket << 2, (long)one.Attempt)))})
                SELECT {Columns}, s.series_id, s.level, s.bucket FROM wanted w JOIN summaries s
                    ON s.series_id = w.series_id AND s.level = w.level AND s.bucket BETWEEN w.first AND w.first + 3 AND s.attempt = w.attempt
                """);
            await ReadAsync(command, parts, cancellationToken);
        }
        return parts;
    }

    public static DbCommand Command(this StoreContext db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }

    /// <summary>The members that <see cref="Columns"/> selects, from the first column on.</summary>
    public static void Fill(Summary summary, DbDataReader row)
    {
        summary.Attempt = row.GetInt32(0);
        summary.FirstStep = row.GetInt64(1);
        summary.LastStep = row.GetInt64(2);
        summary.LastSeq = row.GetInt64(3);
        summary.LastTime = row.GetInt64(4);
        summary.LastValue = row.IsDBNull(5) ? null : row.GetDouble(5);
        summary.Count = row.GetInt64(6);
        summary.NanCount = row.GetInt64(7);
        summary.InfiniteCount = row.GetInt64(8);
        if (!row.IsDBNull(9))
        {
            (summary.Min, summary.MinStep, summary.Max, summary.MaxStep) = (row.GetDouble(9), row.GetInt64(10), row.GetDouble(11), row.GetInt64(12));
        }
        summary.Total = row.GetDouble(13);
    }

    private static async Task<List<BucketSummary>> ReadAsync(DbCommand command, List<BucketSummary> buckets, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var bucket = new BucketSummary { SeriesId = row.GetInt64(14), Level = row.GetInt32(15), Bucket = row.GetInt64(16) };
            Fill(bucket, row);
            buckets.Add(bucket);
        }
        return buckets;
    }

    private static string Values(IEnumerable<(long SeriesId, long First, long Second, long Third)> rows) =>
        // Postgres would take small numbers for integers of four bytes, and a list of both kinds for a mistake.
        string.Join(',', rows.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"(CAST({row.SeriesId} AS bigint),CAST({row.First} AS bigint),CAST({row.Second} AS bigint),CAST({row.Third} AS bigint))")));
}
