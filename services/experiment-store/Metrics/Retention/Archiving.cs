using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Retention;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>Packs old minutes into archives. Each transaction archives exactly the minutes that it deletes.</summary>
internal sealed class Archiving(Database database)
{
    private const int MaxMinutes = 4_096;

    /// <summary>Archives minutes before <paramref name="cutoff"/>. Cancellation rolls back the current transaction.</summary>
    public async Task ArchiveAsync(long seriesId, long cutoff, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync((db, token) => ArchiveAsync(db, seriesId, cutoff, token), cancellationToken))
        {
        }
    }

    /// <returns>True if there is more to archive.</returns>
    private static async Task<bool> ArchiveAsync(StoreContext db, long seriesId, long cutoff, CancellationToken cancellationToken)
    {
        if (await db.LockSeriesAsync(seriesId, cancellationToken) is not { } series)
        {
            return false;
        }
        var behind = await db.Minutes.Where(minute => minute.SeriesId == seriesId && minute.Minute < cutoff)
            .OrderBy(minute => minute.Minute).Skip(MaxMinutes).Select(minute => (long?)minute.Minute)
            .FirstOrDefaultAsync(cancellationToken);
        var minutes = await DeleteAsync(db, seriesId, (behind + 1) ?? cutoff, cancellationToken);
        if (minutes.Count > 0)
        {
            // Extend a short archive instead of adding another one.
            var last = await db.Archives.Where(archive => archive.SeriesId == seriesId && archive.Minutes < MaxMinutes / 2)
                .FirstOrDefaultAsync(cancellationToken);
            if (last is not null)
            {
                minutes.AddRange(ArchiveFormat.Read(seriesId, last.Data));
                db.Archives.Remove(last);
            }
            minutes.Sort((left, right) => (left.LastStep, left.LastSeq).CompareTo((right.LastStep, right.LastSeq)));
            db.Archives.Add(Archive.Of(seriesId, minutes));
            await db.SaveChangesAsync(cancellationToken);
        }
        series.OldestMinute = await db.Minutes.Where(minute => minute.SeriesId == seriesId)
            .MinAsync(minute => (long?)minute.Minute, cancellationToken);
        await db.Bulk().SaveSeriesAsync([series], cancellationToken);
        return behind is not null;
    }

    private static async Task<List<MinuteSummary>> DeleteAsync(
        StoreContext db, long seriesId, long before, CancellationToken cancellationToken)
    {
        var columns = KeptMinutes.Columns.Replace("s.", "", StringComparison.Ordinal);
        await using var delete = db.Command(string.Create(
            CultureInfo.InvariantCulture, $"DELETE FROM minutes WHERE series_id = {seriesId} AND minute < {before} RETURNING {columns}"));
        await using var row = await delete.ExecuteReaderAsync(cancellationToken);
        var minutes = new List<MinuteSummary>();
        while (await row.ReadAsync(cancellationToken))
        {
            minutes.Add(KeptMinutes.Read(seriesId, row));
        }
        return minutes;
    }
}
