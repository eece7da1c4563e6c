using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics.Retention;

/// <summary>
/// Lets points give way to minutes and minutes to archives as they come of age. Every replica may run it at once: each step is a
/// transaction of its own that finds out what there is to do, so that stopping anywhere loses nothing and repeating doubles nothing.
/// </summary>
internal sealed class RetentionJob(Database database, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<RetentionJob> logger)
    : BackgroundService
{
    private const int AtOnce = 500;

    private readonly Compaction compaction = new(database);
    private readonly Archiving archiving = new(database);

    private RetentionOptions Options => options.Value;

    /// <summary>Does all that is to be done now.</summary>
    public async Task RetainAsync(CancellationToken cancellationToken)
    {
        if (Options.KeepRawForever || Options.RawHours == 0)
        {
            return;
        }
        var raw = UnixTime.ToMicroseconds(clock.GetUtcNow() - TimeSpan.FromHours(Options.RawHours));
        await ForEachAsync(series => series.OldestRaw <= raw, series => compaction.CompactAsync(series, raw, cancellationToken), cancellationToken);
        if (Options.ArchiveDays == 0)
        {
            return;
        }
        var archived = MinuteSummary.MinuteOf(UnixTime.ToMicroseconds(clock.GetUtcNow() - TimeSpan.FromDays(Options.ArchiveDays)));
        await ForEachAsync(series => series.OldestMinute < archived, series => archiving.ArchiveAsync(series, archived, cancellationToken), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Options.EverySeconds), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RetainAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Retention failed; it continues in the next round");
            }
        }
    }

    private async Task ForEachAsync(
        Expression<Func<Series, bool>> which, Func<long, Task> work, CancellationToken cancellationToken)
    {
        for (var (after, more) = (0L, true); more;)
        {
            var ids = await database.ReadAsync((db, token) => db.Series.Where(which).Where(series => series.Id > after)
                .OrderBy(series => series.Id).Select(series => series.Id).Take(AtOnce).ToListAsync(token), cancellationToken);
            foreach (var id in ids)
            {
                await work(id);
            }
            (after, more) = (ids.LastOrDefault(after), ids.Count == AtOnce);
        }
    }
}
