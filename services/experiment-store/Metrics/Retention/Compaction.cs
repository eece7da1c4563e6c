using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>
/// Merges points of age into minutes, a stretch of steps in a transaction: points that are deleted are in a minute, whatever
/// happens next. The run is held meanwhile, so that neither a rewind nor another replica comes in between.
/// </summary>
internal sealed class Compaction(Database database)
{
    private const int Stretch = 8_000;

    /// <param name="seriesId">The series.</param>
    /// <param name="cutoff">Points before it have come of age; microseconds since 1970.</param>
    /// <param name="cancellationToken">Cancels between two transactions, or in one that then never was.</param>
    public async Task CompactAsync(long seriesId, long cutoff, CancellationToken cancellationToken)
    {
        for (var progress = new Progress(-PointWriter.FurthestStep, null); progress is not null;)
        {
            var at = progress;
            progress = await database.WriteAsync((db, token) => StretchAsync(db, seriesId, cutoff, at, token), cancellationToken);
        }
    }

    /// <summary>Where to go on, and the oldest of the points that stay.</summary>
    private sealed record Progress(long From, long? Oldest);

    private static async Task<Progress?> StretchAsync(StoreContext db, long seriesId, long cutoff, Progress at, CancellationToken cancellationToken)
    {
        if (await db.LockSeriesAsync(seriesId, cancellationToken) is not { } series)
        {
            return null;
        }
        if (series.Open is null && !await SummarizeAsync(db, series, cancellationToken))
        {
            return null;
        }
        if (at.From == -PointWriter.FurthestStep)
        {
            // Still of age until all of it is done; points that come late meanwhile are older than this.
            series.OldestRaw = cutoff - 1;
        }
        var last = await db.Points.Where(point => point.SeriesId == seriesId && point.Step >= at.From)
            .OrderBy(point => point.Step).ThenBy(point => point.Seq).Skip(Stretch).Select(point => (long?)point.Step).FirstOrDefaultAsync(cancellationToken);
        var merged = await MergeAsync(db, series, cutoff, at.From, last ?? PointWriter.FurthestStep, cancellationToken);
        var stays = await db.Points.Where(point => point.SeriesId == seriesId && point.Step >= at.From && point.Step <= (last ?? PointWriter.FurthestStep) && point.Time >= cutoff)
            .MinAsync(point => (long?)point.Time, cancellationToken);
        var oldest = at.Oldest is { } before && stays is { } now ? Math.Min(before, now) : at.Oldest ?? stays;
        // Behind a stretch in which nothing has come of age, what follows hasn't either; where it has, it stays a little longer.
        var done = last is null || (merged == 0 && stays is not null);
        if (done && series.OldestRaw == cutoff - 1)
        {
            series.OldestRaw = oldest;
        }
        await db.Bulk.SaveSeriesAsync([series], cancellationToken);
        return done ? null : new((last ?? 0) + 1, oldest);
    }

    /// <summary>A series whose points give way can't be summarised later.</summary>
    private static async Task<bool> SummarizeAsync(StoreContext db, Series series, CancellationToken cancellationToken)
    {
        if (series.PointsStored == 0)
        {
            return false;
        }
        var rows = await new SummaryWriter(db).SummarizeAsync(series, cancellationToken);
        await db.Bulk.MergeSummariesAsync(rows, cancellationToken);
        return true;
    }

    private static async Task<int> MergeAsync(StoreContext db, Series series, long cutoff, long from, long to, CancellationToken cancellationToken)
    {
        var level = series.Open is { } open ? OpenBucketsFormat.Read(series.Id, open).FinestLevel : 0;
        var until = await db.Attempts.Where(one => one.RunId == series.RunId && one.UntilStep < long.MaxValue)
            .ToDictionaryAsync(one => one.Number, one => one.UntilStep, cancellationToken);
        var minutes = new Dictionary<(long Minute, int Attempt, bool Replaced), MinuteSummary>();
        var count = 0;
        // A bucket that a later attempt has cut through keeps its points: it can't be cut without them.
        await using (var delete = db.Command(string.Create(CultureInfo.InvariantCulture, $"""
            DELETE FROM points WHERE series_id = {series.Id} AND step BETWEEN {from} AND {to} AND time < {cutoff} AND NOT EXISTS (
                SELECT 1 FROM attempts a WHERE a.run_id = @run AND a.number = points.attempt AND (a.until_step - 1) >> {2 * level} = points.step >> {2 * level})
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
            }
        }
        if (count > 0)
        {
            series.Merged += count;
            var earliest = minutes.Keys.Min(key => key.Minute);
            series.OldestMinute = Math.Min(series.OldestMinute ?? earliest, earliest);
            await db.Bulk.MergeMinutesAsync(minutes.Values, cancellationToken);
        }
        return count;
    }
}
