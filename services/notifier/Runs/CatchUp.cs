using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Trainyard.Contracts.Alerts;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;
using Trainyard.Notifier.Watching;

namespace Trainyard.Notifier.Runs;

/// <summary>
/// Compares the runs with the store's: at the start, at intervals, and when a run seems to have ended. So nothing final is missed, whatever
/// the channel of events lost, and runs of other programs are followed too.
/// </summary>
internal sealed class CatchUp(
    RunBook book, StoreApi store, WatchList watchList, Outbox outbox, NotifierContexts contexts, SchemaMigration schema,
    IOptions<NotifierOptions> options, TimeProvider clock, ILogger<CatchUp> logger)
    : BackgroundService
{
    private const int MaxRuns = 200;
    private const int MaxRunsAfterDowntime = 1000;
    private const int MaxFirings = 200;

    // Less than deliveries are kept: what was sent once is recognised.
    private static readonly TimeSpan MaxDowntime = TimeSpan.FromDays(6);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveUpAskingAfter = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, DateTimeOffset> ending = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim wake = new(0);

    /// <summary>Whether the store answered when it was last asked; null before that.</summary>
    public bool? StoreAnswers { get; private set; }

    /// <summary>Asks about this run until the store has its end, for a short time: the store learns of it over the bus.</summary>
    public void AskSoon(string runId)
    {
        ending[runId] = clock.GetUtcNow() + GiveUpAskingAfter;
        wake.Release();
    }

    /// <summary>Compares everything once.</summary>
    internal async Task CompareAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        var since = Later(clock.GetUtcNow() - MaxDowntime, await db.Bookmarks
            .Where(bookmark => bookmark.Name == Bookmark.FirstStart).Select(bookmark => bookmark.Time).SingleAsync(cancellationToken));
        var listed = await store.ChangedAsync(StoreAnswers is true ? MaxRuns : MaxRunsAfterDowntime, cancellationToken);
        foreach (var run in listed.Where(run => !run.IsOver || run.EndedAt >= since))
        {
            await book.MergeAsync(run, cancellationToken);
        }
        foreach (var open in await book.OpenAsync(cancellationToken))
        {
            if (listed.All(run => run.RunId != open.RunId))
            {
                await AskAsync(open.RunId, cancellationToken);
            }
        }
        await book.SaveAsync(cancellationToken);
        await AddAlertsAsync(db, since, cancellationToken);
        await db.Deliveries.Where(delivery => delivery.DueAt == null && delivery.CreatedAt < clock.GetUtcNow() - options.Value.KeepFor)
            .ExecuteDeleteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.CompletedAsync(stoppingToken);
        var nextComparison = clock.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(AskEndingAsync, stoppingToken);
            if (clock.GetUtcNow() >= nextComparison)
            {
                await TryAsync(watchList.CompareAsync, stoppingToken);
                StoreAnswers = await TryAsync(CompareAsync, stoppingToken);
                nextComparison = clock.GetUtcNow() + options.Value.CatchUpEvery;
            }
            var pause = ending.IsEmpty ? nextComparison - clock.GetUtcNow() : AskAgainAfter;
            await wake.WaitAsync(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or RedisException or TimeoutException
            || (exception is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            logger.LogWarning("Can't compare runs with the store. It is tried again: {Fault}", exception.Message);
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "Comparing runs with the store failed. It is tried again");
            return false;
        }
    }

    private async Task AskEndingAsync(CancellationToken cancellationToken)
    {
        foreach (var (runId, until) in ending)
        {
            if (await AskAsync(runId, cancellationToken) || clock.GetUtcNow() > until)
            {
                ending.TryRemove(runId, out _);
            }
        }
        await book.SaveAsync(cancellationToken);
    }

    /// <returns>Whether the run is over.</returns>
    private async Task<bool> AskAsync(string runId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(runId, cancellationToken) is not { } run)
        {
            await book.ForgetAsync(runId, cancellationToken);
            return true;
        }
        await book.MergeAsync(run, cancellationToken);
        return run.IsOver;
    }

    private async Task AddAlertsAsync(NotifierContext db, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var firings = (await store.FiringsAsync(MaxFirings, cancellationToken)).Where(firing => firing.FiredAt >= since).ToList();
        var keys = firings.ConvertAll(firing => $"alert/{firing.FiringId}");
        var known = (await db.Deliveries.Where(delivery => keys.Contains(delivery.Key)).Select(delivery => delivery.Key)
            .ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var firing in firings.Where(firing => !known.Contains($"alert/{firing.FiringId}")).Reverse())
        {
            var run = await store.FindAsync(firing.RunId, cancellationToken);
            await outbox.AlertAsync(db, MessageOf(firing, run), cancellationToken);
        }
        outbox.Changed();
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static AlertMessage MessageOf(StoreFiring firing, StoreRun? run) => new(
        firing.FiringId, firing.RunId, run?.Name, firing.Kind, firing.Metric, firing.Step, firing.Value,
        firing.Kind is AlertKind.Failed ? run?.ErrorCode : null, firing.FiredAt);
}
