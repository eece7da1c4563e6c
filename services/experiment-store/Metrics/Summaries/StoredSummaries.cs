using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>A range of a series' points: of one attempt, or of all if it is null.</summary>
internal sealed record PointRange(long SeriesId, long From, long To, int? Attempt = null);

/// <summary>Reads points and bucket rows without the change tracker, since charts read thousands.</summary>
internal static class StoredSummaries
{
    // Ranges are the store's own numbers, written into the statement: parameters would exceed the limit per statement.
    private const int MaxRanges = 400;

    private const string PointColumns = "p.series_id, p.step, p.seq, p.time, p.attempt, p.value";

    public const string Columns =
        "s.attempt, s.first_step, s.last_step, s.last_seq, s.last_time, s.last_value, s.count, s.nan_count, s.infinite_count, "
        + "s.min, s.min_step, s.max, s.max_step, s.total";

    /// <summary>The points of ranges, ordered by series, step and arrival.</summary>
    public static async IAsyncEnumerable<Point> PointsAsync(
        this StoreContext db, IEnumerable<PointRange> ranges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in ranges.Chunk(MaxRanges))
        {
            await using var command = db.Command(chunk is [var range] ? PointSql(range) : PointSql(chunk));
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                yield return ReadPoint(row);
            }
        }
    }

    private static string PointSql(PointRange range)
    {
        var ofAttempt = range.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $" AND p.attempt = {attempt}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {PointColumns} FROM points p
            WHERE p.series_id = {range.SeriesId} AND p.step BETWEEN {range.From} AND {range.To}{ofAttempt}
            ORDER BY p.step, p.seq
            """);
    }

    private static string PointSql(PointRange[] ranges)
    {
        var values = Values(ranges.Select(range => (range.SeriesId, range.From, range.To, (long)(range.Attempt ?? 0))));
        return $"""
            WITH wanted (series_id, low, high, attempt) AS (VALUES {values})
            SELECT {PointColumns} FROM wanted w JOIN points p
                ON p.series_id = w.series_id AND p.step BETWEEN w.low AND w.high AND (w.attempt = 0 OR p.attempt = w.attempt)
            ORDER BY p.series_id, p.step, p.seq
            """;
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

    /// <summary>The rows of a level between two buckets, ordered by bucket.</summary>
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

    /// <summary>The rows of the next finer level within buckets.</summary>
    public static async Task<List<BucketSummary>> PartsAsync(
        this StoreContext db, IEnumerable<BucketSummary> buckets, CancellationToken cancellationToken)
    {
        var parts = new List<BucketSummary>();
        foreach (var chunk in buckets.Chunk(MaxRanges))
        {
            var wanted = Values(
                chunk.Select(bucket => (bucket.SeriesId, (long)bucket.Level - 1, bucket.Bucket << 2, (long)bucket.Attempt)));
            await using var command = db.Command($"""
                WITH wanted (series_id, level, first, attempt) AS (VALUES {wanted})
                SELECT {Columns}, s.series_id, s.level, s.bucket FROM wanted w JOIN summaries s
                    ON s.series_id = w.series_id AND s.level = w.level
                    AND s.bucket BETWEEN w.first AND w.first + 3 AND s.attempt = w.attempt
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

    /// <summary>Reads the columns of <see cref="Columns"/>, which start at column 0.</summary>
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
            (summary.Min, summary.MinStep) = (row.GetDouble(9), row.GetInt64(10));
            (summary.Max, summary.MaxStep) = (row.GetDouble(11), row.GetInt64(12));
        }
        summary.Total = row.GetDouble(13);
    }

    private static async Task<List<BucketSummary>> ReadAsync(
        DbCommand command, List<BucketSummary> buckets, CancellationToken cancellationToken)
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
        // Postgres types small literals as int4 and rejects a list of mixed types.
        string.Join(',', rows.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"(CAST({row.SeriesId} AS bigint),CAST({row.First} AS bigint),CAST({row.Second} AS bigint),CAST({row.Third} AS bigint))")));
}
