using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>
/// Reads imports in the background, one at a time. What is to be done is in the database: an import whose process died is begun again
/// by the next that finds its lease run out, and what it had stored counts as repeated.
/// </summary>
internal sealed class ImportWorker(
    Database database, EventWriter writer, ImportFolders folders, IOptions<ImportOptions> options, TimeProvider clock, ILogger<ImportWorker> logger)
    : BackgroundService
{
    private const int MaxCandidates = 100;
    private const int MaxTries = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromDays(1);

    private readonly string worker = Identifier.Create("importer");
    private readonly AsyncSignal signal = new(clock);
    private DateTimeOffset nextCleaning;

    /// <summary>There is something to do.</summary>
    public void Signal() => signal.Set();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CleanAsync(stoppingToken);
                while (await ClaimAsync(stoppingToken) is { } import)
                {
                    await RunAsync(import, stoppingToken);
                }
                await signal.WaitAsync(BetweenLooks, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(fault, "Can't read the queue of imports; retrying in {Pause}", BetweenLooks);
                await Task.Delay(BetweenLooks, clock, stoppingToken);
            }
        }
    }

    private async Task<Import?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var candidates = await database.ReadAsync((db, token) => db.Imports
            .Where(one => one.State == ImportState.Queued || (one.State == ImportState.Running && one.LeasedUntil < now))
            .OrderBy(one => one.CreatedAt).ThenBy(one => one.Id).Take(MaxCandidates).ToListAsync(token), cancellationToken);
        foreach (var one in candidates.Where(folders.Has))
        {
            var until = now.AddSeconds(options.Value.LeaseSeconds);
            var taken = await database.WriteAsync((db, token) => db.Imports
                .Where(row => row.Id == one.Id && (row.State == ImportState.Queued || (row.State == ImportState.Running && row.LeasedUntil < now)))
                .ExecuteUpdateAsync(row => row
                    .SetProperty(import => import.State, ImportState.Running)
                    .SetProperty(import => import.StartedAt, import => import.StartedAt ?? now)
                    .SetProperty(import => import.Worker, worker)
                    .SetProperty(import => import.LeasedUntil, until), token), cancellationToken);
            if (taken == 1)
            {
                (one.State, one.Worker) = (ImportState.Running, worker);
                // The counts of what was met begin again with it; what was stored stays stored.
                (one.Runs, one.RunsSkipped, one.Repeated, one.Ignored) = (0, 0, 0, 0);
                return one;
            }
        }
        return null;
    }

    private async Task RunAsync(Import import, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lease = KeepLeaseAsync(import, held);
        try
        {
            logger.LogInformation("Import {ImportId} of format {Format} started", import.Id, import.Format);
            if (folders.Begin(import.Id) > MaxTries)
            {
                throw new TrainyardException(ErrorCode.Internal, $"The store died {MaxTries} times while it read this. It is not tried again.");
            }
            var source = await folders.OpenAsync(import, held.Token);
            await new Importer(import, source, database, writer, clock).RunAsync(held.Token);
            await EndAsync(import, ImportState.Completed, fault: null, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next process need not wait for the lease to run out.
            folders.Postpone(import.Id);
            await database.WriteAsync((db, token) => db.Imports.Where(row => row.Id == import.Id && row.Worker == worker)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.LeasedUntil, DateTimeOffset.UnixEpoch), token), CancellationToken.None);
            throw;
        }
        catch (Exception exception) when (exception is ImportLostException or OperationCanceledException)
        {
            logger.LogInformation("Import {ImportId} was cancelled, or another replica has taken it over", import.Id);
            await RemoveIfCancelledAsync(import, cancellationToken);
        }
        catch (TrainyardException fault) when (fault.Code is not (ErrorCode.BackendUnavailable or ErrorCode.OutcomeUnknown))
        {
            logger.LogWarning(fault, "Import {ImportId} failed", import.Id);
            await EndAsync(import, ImportState.Failed, fault, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "Can't read import {ImportId}", import.Id);
            await EndAsync(import, ImportState.Failed, new(ErrorCode.DataNotFound, "What is to be imported can't be read on this machine.", exception), cancellationToken);
        }
        catch (Exception exception) when (exception is not TrainyardException)
        {
            logger.LogError(exception, "Import {ImportId} failed with an unexpected error", import.Id);
            await EndAsync(import, ImportState.Failed, new(ErrorCode.Internal, "The import failed; the log of the store says why.", exception), cancellationToken);
        }
        finally
        {
            await held.CancelAsync();
            await lease;
        }
    }

    /// <summary>One that is read elsewhere on this machine still needs its files.</summary>
    private async Task RemoveIfCancelledAsync(Import import, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) => db.Imports.AnyAsync(row => row.Id == import.Id && row.State == ImportState.Cancelled, token), cancellationToken))
        {
            folders.Remove(import.Id);
        }
    }

    /// <summary>Renews the lease, however long an archive takes to unpack; cancels the import when it is no longer this process's.</summary>
    private async Task KeepLeaseAsync(Import import, CancellationTokenSource held)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(held.Token))
            {
                var until = clock.GetUtcNow().AddSeconds(options.Value.LeaseSeconds);
                var renewed = await database.WriteAsync((db, token) => db.Imports
                    .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == worker)
                    .ExecuteUpdateAsync(row => row.SetProperty(one => one.LeasedUntil, until), token), held.Token);
                if (renewed == 0)
                {
                    await held.CancelAsync();
                }
            }
        }
        catch (TrainyardException fault)
        {
            logger.LogWarning(fault, "Can't renew the lease of import {ImportId}", import.Id);
            await held.CancelAsync();
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // The import has ended, one way or the other.
        }
    }

    /// <summary>Removes uploads that no import waits for: their process died before they were whole.</summary>
    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now < nextCleaning)
        {
            return;
        }
        foreach (var id in folders.OlderThan(now - BetweenCleanings))
        {
            if (!await database.ReadAsync((db, token) => db.Imports
                .AnyAsync(row => row.Id == id && (row.State == ImportState.Queued || row.State == ImportState.Running), token), cancellationToken))
            {
                logger.LogInformation("Removed the leftovers of import {ImportId}", id);
                folders.Remove(id);
            }
        }
        nextCleaning = now + BetweenCleanings;
    }

    private async Task EndAsync(Import import, ImportState state, TrainyardException? fault, CancellationToken cancellationToken)
    {
        var (now, code, message) = (clock.GetUtcNow(), fault?.Code, StorableText.CleanOrNull(fault?.Message, 4096));
        await database.WriteAsync((db, token) => db.Imports
            .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == worker)
            .ExecuteUpdateAsync(row => row
                .SetProperty(one => one.State, state)
                .SetProperty(one => one.EndedAt, now)
                .SetProperty(one => one.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(one => one.ErrorCode, code)
                .SetProperty(one => one.Message, message), token), cancellationToken);
        folders.Remove(import.Id);
        logger.LogInformation("Import {ImportId} ended: {State}", import.Id, state);
    }
}
