using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Another process has this import, or a person cancelled it.</summary>
internal sealed class ImportLostException() : Exception("The import is no longer this process's.");

/// <summary>Stores the events of one source in batches: the ones every other sender's events go, one run at a time.</summary>
internal sealed class Importer(Import import, ImportSource source, Database database, EventWriter writer, TimeProvider clock)
{
    private const int EventsPerBatch = 5000;
    private const int MaxNotices = 100;
    private const int ShownName = 40;
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(2);

    private readonly List<RunEvent> waiting = [];
    private ImportLedger? ledger;
    private string? runId;
    private long reported;

    /// <exception cref="TrainyardException">The source can't be read to its end; what came before is stored.</exception>
    /// <exception cref="ImportLostException">It is another's.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        reported = clock.GetTimestamp();
        try
        {
            await foreach (var item in source.ReadAsync(cancellationToken))
            {
                await TakeAsync(item, cancellationToken);
            }
        }
        catch (TrainyardException)
        {
            await StoreAsync(cancellationToken);
            await ReportAsync(cancellationToken);
            throw;
        }
        await StoreAsync(cancellationToken);
        await ReportAsync(cancellationToken);
    }

    private async Task TakeAsync(ImportItem item, CancellationToken cancellationToken)
    {
        if (item.Event.RunId != runId)
        {
            await OpenAsync(item.Event.RunId, cancellationToken);
        }
        if (ledger is null)
        {
            return;
        }
        if (!ledger.Add(item.Part, item.Number))
        {
            import.Repeated++;
        }
        else
        {
            LookForUnusable(item.Event);
            waiting.Add(item.Event with { EventId = Guid.CreateVersion7(clock.GetUtcNow()), ExperimentId = item.Event.ExperimentId ?? import.ExperimentId });
        }
        if (waiting.Count >= EventsPerBatch)
        {
            await StoreAsync(cancellationToken);
        }
        else if (clock.GetElapsedTime(reported) > BetweenReports)
        {
            await ReportAsync(cancellationToken);
        }
    }

    /// <summary>Says what of an event the store is going to drop.</summary>
    private void LookForUnusable(RunEvent one)
    {
        if (one is not MetricsLogged metrics)
        {
            return;
        }
        if (!PointWriter.IsStep(metrics.Step))
        {
            source.LeaveOut("values", $"their steps lie beyond ±2^53, such as {metrics.Step}", metrics.Measurements.Count);
        }
        foreach (var name in metrics.Measurements.Keys.Where(name => !PointWriter.IsName(name)))
        {
            source.LeaveOut($"values of '{(name.Length > ShownName ? $"{name[..ShownName]}…" : name)}'",
                $"a name has 1 to {PointWriter.MaxNameCharacters} characters, not {name.Length}", 1);
        }
    }

    private async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        await AddExperimentsAsync(cancellationToken);
        runId = id;
        (ledger, var known) = await database.ReadAsync(async (db, token) => (
            await ImportLedger.LoadAsync(db, id, token),
            await db.Runs.Where(run => run.Id == id).Select(run => new { run.ExperimentId, run.DeletedAt }).SingleOrDefaultAsync(token)),
                cancellationToken);
        import.Runs++;
        if (ledger is null)
        {
            import.RunsSkipped++;
            source.Notices.Add($"Run '{id}' is here already, and not from an import: it is left as it is.");
        }
        else if (known is { ExperimentId: null } && import.ExperimentId is not null)
        {
            // It joins the experiment though it may bring nothing else.
            waiting.Add(new RunHeartbeat
            {
                EventId = Guid.CreateVersion7(clock.GetUtcNow()),
                RunId = id,
                Time = clock.GetUtcNow(),
                ExperimentId = import.ExperimentId
            });
        }
        else if (known is { ExperimentId: { } other } && import.ExperimentId is { } wanted && other != wanted)
        {
            source.Notices.Add($"Run '{id}' is here already, in experiment '{other}', and stays there: move it to have it in '{wanted}'.");
        }
        if (known is { DeletedAt: not null })
        {
            source.Notices.Add($"Run '{id}' is deleted: restore it to see it, or delete it permanently and import it anew.");
        }
    }

    /// <summary>What the source says of experiments, as a caller's request to create them would.</summary>
    private async Task AddExperimentsAsync(CancellationToken cancellationToken)
    {
        while (source.Experiments.TryDequeue(out var experiment))
        {
            await database.WriteAsync(async (db, token) =>
            {
                if (!await db.Experiments.AnyAsync(one => one.Id == experiment.Id, token))
                {
                    db.Experiments.Add(experiment);
                }
            }, cancellationToken);
        }
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (waiting.Count == 0 || ledger is null)
        {
            return;
        }
        var (now, count) = (clock.GetUtcNow(), waiting.Count);
        var request = new AcceptedRequest(Key: null, import.Id, [.. waiting]);
        await writer.StoreAsync(new(Guid.CreateVersion7(now), now, [request]), async (db, token) =>
        {
            await ledger.SaveAsync(db, token);
            await SaveAsync(db, import.Added + count, token);
        }, cancellationToken);
        ledger.Saved();
        import.Added += count;
        waiting.Clear();
        reported = clock.GetTimestamp();
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync((db, token) => SaveAsync(db, import.Added, token), cancellationToken);
        reported = clock.GetTimestamp();
    }

    private async Task SaveAsync(StoreContext db, long added, CancellationToken cancellationToken)
    {
        var notices = source.AllNotices.Take(MaxNotices).Select(notice => StorableText.Clean(notice, 1000).ReplaceLineEndings(" ")).ToList();
        var lines = notices.Count == 0 ? null : string.Join('\n', notices);
        var held = await db.Imports
            .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == import.Worker)
            .ExecuteUpdateAsync(row => row
                .SetProperty(one => one.BytesTotal, source.BytesTotal)
                .SetProperty(one => one.BytesRead, source.BytesRead)
                .SetProperty(one => one.Runs, import.Runs)
                .SetProperty(one => one.RunsSkipped, import.RunsSkipped)
                .SetProperty(one => one.Added, added)
                .SetProperty(one => one.Repeated, import.Repeated)
                .SetProperty(one => one.Ignored, source.Ignored)
                .SetProperty(one => one.Notices, lines), cancellationToken);
        if (held == 0)
        {
            throw new ImportLostException();
        }
    }
}
