using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Deletes the points of a run in chunks, which bounds memory and the length of transactions.</summary>
internal sealed class SeriesRemoval(Database database) : IRemoval
{
    // Occupies SQLite's single writer for a few hundredths of a second.
    private const int Chunk = 5_000;
    private const int ArchiveChunk = 100;
    private const int MaxSeriesAtOnce = 500;

    public async Task RemoveRunAsync(string runId, CancellationToken cancellationToken)
    {
        var all = await database.ReadAsync((db, token) => db.Series
            .Where(series => series.RunId == runId)
            .OrderBy(series => series.Id)
            .Select(series => new { series.Id, series.PointsStored })
            .ToListAsync(token), cancellationToken);
        // Short series share a transaction. Other tables hold at most about one more row per point.
        var together = new List<long>();
        var points = 0L;
        foreach (var series in all.Where(row => row.PointsStored <= Chunk))
        {
            if (points + series.PointsStored > Chunk || together.Count == MaxSeriesAtOnce)
            {
                await DeleteAsync(together, cancellationToken);
                (together, points) = ([], 0);
            }
            together.Add(series.Id);
            points += series.PointsStored;
        }
        await DeleteAsync(together, cancellationToken);
        foreach (var series in all.Where(row => row.PointsStored > Chunk))
        {
            await DeleteInOrderAsync(series.Id, "points", "step", "seq", cancellationToken);
            await DeleteInOrderAsync(series.Id, "summaries", "level", "bucket", cancellationToken);
            await DeleteInOrderAsync(series.Id, "minutes", "minute", "attempt", cancellationToken);
            await database.RepeatAsync(db => db.Archives
                .Where(archive => archive.SeriesId == series.Id)
                .OrderBy(archive => archive.Id)
                .Take(ArchiveChunk)
                .ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private async Task DeleteAsync(List<long> ids, CancellationToken cancellationToken) => await database.WriteAsync(async (db, token) =>
    {
        await db.Points.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Summaries.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Minutes.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Archives.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
    }, cancellationToken);

    /// <summary>Deletes in key order and continues at the next key: a scan from the start would pass all deleted rows again.</summary>
    private async Task DeleteInOrderAsync(long seriesId, string table, string first, string second, CancellationToken cancellationToken)
    {
        for (var (from, more) = ((First: long.MinValue + 1, Second: long.MinValue + 1), true); more;)
        {
            var start = from;
            (from, more) = await database.WriteAsync(async (db, token) =>
            {
                var rest = string.Create(CultureInfo.InvariantCulture,
                    $"FROM {table} WHERE series_id = {seriesId} AND ({first}, {second}) >= ({start.First}, {start.Second})");
                var next = start;
                var behind = false;
                await using (var find = db.Command($"SELECT {first}, {second} {rest} ORDER BY {first}, {second} LIMIT 1 OFFSET {Chunk}"))
                await using (var row = await find.ExecuteReaderAsync(token))
                {
                    if (await row.ReadAsync(token))
                    {
                        next.First = Convert.ToInt64(row[0], CultureInfo.InvariantCulture);
                        next.Second = Convert.ToInt64(row[1], CultureInfo.InvariantCulture);
                        behind = true;
                    }
                }
                var upTo = behind
                    ? string.Create(CultureInfo.InvariantCulture, $" AND ({first}, {second}) < ({next.First}, {next.Second})")
                    : "";
                await using var delete = db.Command($"DELETE {rest}{upTo}");
                await delete.ExecuteNonQueryAsync(token);
                return (next, behind);
            }, cancellationToken);
        }
    }
}
