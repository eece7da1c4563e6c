using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>
/// Reads imports in the background, one at a time. The queue is in the database: once a process has not renewed its lease for as long as
/// the lease lasts, another process starts its import again. The others measure this time themselves, by their monotonic clocks, so a wrong
/// clock takes no lease. Events that are already stored then count as repeated.
/// </summary>
internal sealed class ImportWorker(
    Database database, EventWriter writer, ImportFolders folders, ImportSources sources, ImportedFiles files,
    IOptions<ImportOptions> options, TimeProvider clock, SettledClock settled, ILogger<ImportWorker> logger)
    : BackgroundService
{
    private const int MaxCandidates = 100;
    private const int MaxAttempts = 3;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromDays(1);

    private readonly string worker = Identifier.Create("importer");
    private readonly AsyncSignal signal = new(clock);
    private readonly Sightings<(string? Worker, DateTimeOffset? Until)> leases = new(clock);
    private long? cleanedUp;

    /// <summary>Wakes the worker.</summary>
    public void Signal() => signal.Set();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CleanUpAsync(stoppingToken);
                while (await ClaimAsync(stoppingToken) is { } import)
                {
                    await RunAsync(import, stoppingToken);
                }
                await signal.WaitAsync(PollInterval, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(fault, "Imports could not be processed; retrying in {Pause}", PollInterval);
                await Task.Delay(PollInterval, clock, stoppingToken);
            }
        }
    }

    private async Task<Import?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var candidates = await database.ReadAsync((db, token) => db.Imports
            .Where(import => import.State == ImportState.Queued || import.State == ImportState.Running)
            .OrderBy(import => import.CreatedAt).ThenBy(import => import.Id).Take(MaxCandidates).ToListAsync(token), cancellationToken);
        leases.ForgetOthers(candidates.Select(candidate => candidate.Id).ToHashSet(StringComparer.Ordinal));
        foreach (var candidate in candidates.FindAll(IsFree).Where(folders.Has))
        {
            var until = now + options.Value.Lease;
            var taken = await database.WriteAsync((db, token) => db.Imports
                .Where(row => row.Id == candidate.Id
                    && row.State == candidate.State && row.Worker == candidate.Worker && row.LeasedUntil == candidate.LeasedUntil)
                .ExecuteUpdateAsync(row => row
                    .SetProperty(import => import.State, ImportState.Running)
                    .SetProperty(import => import.StartedAt, import => import.StartedAt ?? now)
                    .SetProperty(import => import.Worker, worker)
                    .SetProperty(import => import.LeasedUntil, until), token), cancellationToken);
            if (taken == 1)
            {
                (candidate.State, candidate.Worker) = (ImportState.Running, worker);
                // Counts of this pass start at zero; the number of stored events continues.
                (candidate.Runs, candidate.RunsSkipped, candidate.Repeated, candidate.Ignored) = (0, 0, 0, 0);
                return candidate;
            }
        }
        return null;
    }

    /// <summary>Whether no process reads an import. A lease that was released ended in 1970.</summary>
    private bool IsFree(Import import) =>
        import is { State: ImportState.Queued } || import.LeasedUntil == DateTimeOffset.UnixEpoch
        || leases.See(import.Id, (import.Worker, import.LeasedUntil)) >= options.Value.Lease;

    private async Task RunAsync(Import import, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lease = KeepLeaseAsync(import, held);
        try
        {
            logger.LogInformation("Import {ImportId} of format {Format} started", import.Id, import.Format);
            if (folders.Begin(import.Id) > MaxAttempts)
            {
                throw new TrainyardException(ErrorCode.Internal,
                    $"The store died {MaxAttempts} times while it read this import, so it stopped trying. Start a new import to retry.");
            }
            var source = await sources.OpenAsync(import, held.Token);
            await new Importer(import, source, database, writer, files, clock).RunAsync(held.Token);
            await EndAsync(import, ImportState.Completed, fault: null, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next process need not wait for the lease to expire.
            folders.ClearAttempts(import.Id);
            await database.WriteAsync((db, token) => db.Imports.Where(row => row.Id == import.Id && row.Worker == worker)
                .ExecuteUpdateAsync(update => update.SetProperty(row => row.LeasedUntil, DateTimeOffset.UnixEpoch), token),
                CancellationToken.None);
            throw;
        }
        catch (Exception exception) when (exception is ImportLostException or OperationCanceledException)
        {
            logger.LogInformation("Import {ImportId} was cancelled or taken over by another process", import.Id);
            await RemoveIfCancelledAsync(import, cancellationToken);
        }
        catch (TrainyardException fault) when (fault.Code is not (ErrorCode.BackendUnavailable or ErrorCode.OutcomeUnknown))
        {
            logger.LogWarning(fault, "Import {ImportId} failed", import.Id);
            await EndAsync(import, ImportState.Failed, fault, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "Import {ImportId} can't be read", import.Id);
            const string Message = "The data to import can't be read on this machine. Check that it exists and that the store may read it.";
            await EndAsync(import, ImportState.Failed,
                FullDisk.Explain(exception) ?? new(ErrorCode.DataNotFound, Message, exception), cancellationToken);
        }
        catch (Exception exception) when (exception is not TrainyardException)
        {
            logger.LogError(exception, "Import {ImportId} failed unexpectedly", import.Id);
            await EndAsync(import, ImportState.Failed,
                new(ErrorCode.Internal, "The import failed unexpectedly. The log of the store has the error.", exception),
                cancellationToken);
        }
        finally
        {
            await held.CancelAsync();
            await lease;
        }
    }

    /// <summary>Keeps the files of an import that another process on this machine has taken over.</summary>
    private async Task RemoveIfCancelledAsync(Import import, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync((db, token) =>
            db.Imports.AnyAsync(row => row.Id == import.Id && row.State == ImportState.Cancelled, token), cancellationToken))
        {
            folders.Remove(import.Id);
        }
    }

    /// <summary>Renews the lease until the import ends. Cancels the import if another process has taken it over.</summary>
    private async Task KeepLeaseAsync(Import import, CancellationTokenSource held)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(held.Token))
            {
                var until = clock.GetUtcNow() + options.Value.Lease;
                var renewed = await database.WriteAsync((db, token) => db.Imports
                    .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == worker)
                    .ExecuteUpdateAsync(update => update.SetProperty(row => row.LeasedUntil, until), token), held.Token);
                if (renewed == 0)
                {
                    await held.CancelAsync();
                }
            }
        }
        catch (TrainyardException fault)
        {
            logger.LogWarning(fault, "The lease of import {ImportId} can't be renewed; stopping the import", import.Id);
            await held.CancelAsync();
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // The import has ended.
        }
    }

    /// <summary>Removes incomplete uploads of processes that died.</summary>
    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        if (cleanedUp is { } before && clock.GetElapsedTime(before) < CleanupInterval)
        {
            return;
        }
        foreach (var id in folders.OlderThan(settled.Now - CleanupInterval))
        {
            if (!await database.ReadAsync((db, token) => db.Imports
                .AnyAsync(row => row.Id == id && (row.State == ImportState.Queued || row.State == ImportState.Running), token),
                cancellationToken))
            {
                logger.LogInformation("Removing leftover files of import {ImportId}", id);
                folders.Remove(id);
            }
        }
        cleanedUp = clock.GetTimestamp();
    }

    private async Task EndAsync(Import import, ImportState state, TrainyardException? fault, CancellationToken cancellationToken)
    {
        var (now, code, message) = (clock.GetUtcNow(), fault?.Code, StorableText.CleanOrNull(fault?.Message, 4096));
        await database.WriteAsync((db, token) => db.Imports
            .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == worker)
            .ExecuteUpdateAsync(update => update
                .SetProperty(row => row.State, state)
                .SetProperty(row => row.EndedAt, now)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.DatabaseUri, (SealedText?)null)
                .SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.Message, message), token), cancellationToken);
        folders.Remove(import.Id);
        logger.LogInformation("Import {ImportId} ended: {State}", import.Id, state);
    }
}
