using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries.Retention;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>
/// Compacts old points into minutes, and old minutes into archives. All replicas may run it at once. Each step is its own transaction
/// that determines the work to do, so stopping and repeating are safe.
/// </summary>
internal sealed class RetentionJob(
    Database database, IOptions<RetentionOptions> options, TimeProvider clock, SettledClock settled, ILogger<RetentionJob> logger)
    : BackgroundService
{
    private const int ChunkSize = 500;

    private readonly Compaction compaction = new(database);
    private readonly Archiving archiving = new(database);

    private RetentionOptions Options => options.Value;

    /// <summary>Compacts and archives everything that is due.</summary>
    public async Task RetainAsync(CancellationToken cancellationToken)
    {
        if (Options.KeepRawForever || Options.CompactAfter == TimeSpan.Zero)
        {
            return;
        }
        var raw = UnixTime.ToMicroseconds(settled.Now - Options.CompactAfter);
        await ForEachAsync(
            series => series.OldestRaw <= raw, series => compaction.CompactAsync(series, raw, cancellationToken), cancellationToken);
        if (Options.ArchiveAfter == TimeSpan.Zero)
        {
            return;
        }
        var archived = MinuteSummary.MinuteOf(UnixTime.ToMicroseconds(settled.Now - Options.ArchiveAfter));
        await ForEachAsync(
            series => series.OldestMinute < archived,
            series => archiving.ArchiveAsync(series, archived, cancellationToken),
            cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Options.Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RetainAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Retention failed. It continues with the next run");
            }
        }
    }

    private async Task ForEachAsync(
        Expression<Func<Series, bool>> which, Func<long, Task> work, CancellationToken cancellationToken)
    {
        for (var (after, more) = (0L, true); more;)
        {
            var ids = await database.ReadAsync((db, token) => db.Series.Where(which).Where(series => series.Id > after)
                .OrderBy(series => series.Id).Select(series => series.Id).Take(ChunkSize).ToListAsync(token), cancellationToken);
            foreach (var id in ids)
            {
                await work(id);
            }
            (after, more) = (ids.LastOrDefault(after), ids.Count == ChunkSize);
        }
    }
}
