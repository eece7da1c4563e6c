using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>
/// Merges old points into minutes. Each transaction covers a range of steps and merges exactly the points that it deletes. It locks the
/// run, which excludes rewinds and other replicas.
/// </summary>
internal sealed class Compaction(Database database)
{
    private const int RowsAtOnce = 8_000;

    /// <summary>
    /// Compacts points that had arrived by <paramref name="cutoff"/>, in microseconds since 1970. Cancellation rolls back the current
    /// transaction.
    /// </summary>
    public async Task CompactAsync(long seriesId, long cutoff, CancellationToken cancellationToken)
    {
        for (var progress = new Progress(-PointWriter.FurthestStep, null, 0); progress is not null;)
        {
            var at = progress;
            progress = await database.WriteAsync((db, token) => CompactRangeAsync(db, seriesId, cutoff, at, token), cancellationToken);
        }
    }

    /// <param name="From">The step at which to continue.</param>
    /// <param name="OfAge">Points below this sequence number are due; null before the first range.</param>
    /// <param name="Seen">The number of newly due points processed so far.</param>
    private sealed record Progress(long From, long? OfAge, long Seen);

    private static async Task<Progress?> CompactRangeAsync(
        StoreContext db, long seriesId, long cutoff, Progress at, CancellationToken cancellationToken)
    {
        if (await db.LockSeriesAsync(seriesId, cancellationToken) is not { } series)
        {
            return null;
        }
        if (series.Open is null && !await SummarizeAsync(db, series, cancellationToken))
        {
            return null;
        }
        var receipts = Receipts.Read(series.Receipts);
        var ofAge = at.OfAge ?? receipts.OfAge(cutoff, series.PointsStored);
        var due = ofAge - receipts.Settled;
        var (seen, last) = (at.Seen, (long?)null);
        if (due > 0)
        {
            last = await db.Points.Where(point => point.SeriesId == seriesId && point.Step >= at.From)
                .OrderBy(point => point.Step).ThenBy(point => point.Seq).Skip(RowsAtOnce)
                .Select(point => (long?)point.Step).FirstOrDefaultAsync(cancellationToken);
            var to = last ?? PointWriter.FurthestStep;
            seen += await MergeAsync(db, series, receipts.Settled, ofAge, at.From, to, cancellationToken);
            seen += await db.Points.CountAsync(
                point => point.SeriesId == seriesId && point.Step >= at.From && point.Step <= to
                    && point.Seq >= receipts.Settled && point.Seq < ofAge, cancellationToken);
        }
        var done = last is null || seen >= due;
        if (done)
        {
            receipts.Settle(Math.Max(ofAge, receipts.Settled), cutoff);
            series.Receipts = receipts.Write(new PackedWriter());
            series.OldestRaw = receipts.NextOfAge(series.PointsStored);
        }
        await db.Bulk().SaveSeriesAsync([series], cancellationToken);
        return done ? null : new((last ?? 0) + 1, ofAge, seen);
    }

    /// <summary>Summarises a series before its points are compacted, since that is impossible afterwards.</summary>
    private static async Task<bool> SummarizeAsync(StoreContext db, Series series, CancellationToken cancellationToken)
    {
        if (series.PointsStored == 0)
        {
            return false;
        }
        var rows = await new SummaryWriter(db).SummarizeAsync(series, cancellationToken);
        await db.Bulk().MergeSummariesAsync(rows, cancellationToken);
        return true;
    }

    /// <returns>The number of merged points that are newly due.</returns>
    private static async Task<int> MergeAsync(
        StoreContext db, Series series, long settled, long ofAge, long from, long to, CancellationToken cancellationToken)
    {
        var level = series.Open is { } open ? OpenBucketsFormat.Read(series.Id, open).FinestLevel : 0;
        var until = await db.Attempts.Where(attempt => attempt.RunId == series.RunId && attempt.UntilStep < long.MaxValue)
            .ToDictionaryAsync(attempt => attempt.Number, attempt => attempt.UntilStep, cancellationToken);
        var minutes = new Dictionary<(long Minute, int Attempt, bool Replaced), MinuteSummary>();
        var (count, since) = (0, 0);
        // Keep the points of a bucket that a later attempt cuts: cutting it needs them.
        await using (var delete = db.Command(string.Create(CultureInfo.InvariantCulture, $"""
            DELETE FROM points WHERE series_id = {series.Id} AND step BETWEEN {from} AND {to} AND seq < {ofAge} AND NOT EXISTS (
                SELECT 1 FROM attempts a
                WHERE a.run_id = @run AND a.number = points.attempt AND (a.until_step - 1) >> {2 * level} = points.step >> {2 * level})
            RETURNING series_id, step, seq, time, attempt, value
            """)))
        {
            var run = delete.CreateParameter();
            (run.ParameterName, run.Value) = ("@run", series.RunId);
            delete.Parameters.Add(run);
            await using var row = await delete.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                var point = StoredSummaries.ReadPoint(row);
                var replaced = point.Step >= until.GetValueOrDefault(point.Attempt, long.MaxValue);
                var minute = MinuteSummary.MinuteOf(point.Time);
                if (!minutes.TryGetValue((minute, point.Attempt, replaced), out var summary))
                {
                    summary = new() { SeriesId = series.Id, Minute = minute, Attempt = point.Attempt, Replaced = replaced };
                    minutes.Add(summary.Key, summary);
                }
                summary.Include(point);
                count++;
                since += point.Seq >= settled ? 1 : 0;
            }
        }
        if (count > 0)
        {
            series.Merged += count;
            var earliest = minutes.Keys.Min(key => key.Minute);
            series.OldestMinute = Math.Min(series.OldestMinute ?? earliest, earliest);
            await db.Bulk().MergeMinutesAsync(minutes.Values, cancellationToken);
        }
        return since;
    }
}
