using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Retention;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>Reads the minutes into which points were compacted.</summary>
internal static class KeptMinutes
{
    public const string Columns = StoredSummaries.Columns + ", s.minute, s.replaced";

    /// <summary>The minutes whose last step is selected, archived or not.</summary>
    public static async Task<List<MinuteSummary>> MinutesAsync(
        this StoreContext db, Series series, Selection selection, CancellationToken cancellationToken)
    {
        if (series.Merged == 0)
        {
            return [];
        }
        var minutes = new List<MinuteSummary>();
        await using (var command = db.Command(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {Columns} FROM minutes s WHERE s.series_id = {series.Id} AND s.last_step BETWEEN {selection.From} AND {selection.To}
            """)))
        {
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                minutes.Add(Read(series.Id, row));
            }
        }
        var archives = db.Archives
            .Where(archive => archive.SeriesId == series.Id && archive.LastStep >= selection.From && archive.FirstStep <= selection.To)
            .AsAsyncEnumerable();
        await foreach (var archive in archives.WithCancellation(cancellationToken))
        {
            minutes.AddRange(ArchiveFormat.Read(series.Id, archive.Data));
        }
        return minutes.FindAll(minute => selection.Has(minute.Attempt, minute.LastStep));
    }

    public static MinuteSummary Read(long seriesId, DbDataReader row)
    {
        var minute = new MinuteSummary { SeriesId = seriesId, Minute = row.GetInt64(14), Replaced = row.GetBoolean(15) };
        StoredSummaries.Fill(minute, row);
        return minute;
    }
}
