using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Another process has taken over the import, or a user cancelled it.</summary>
internal sealed class ImportLostException() : Exception("The import was cancelled or taken over by another process.");

/// <summary>Stores the events of one source in batches, run by run, on the same path as all other events.</summary>
internal sealed class Importer(
    Import import, RunReader source, Database database, EventWriter writer, ImportedFiles files, TimeProvider clock)
{
    private const int EventsPerBatch = 5000;
    private const int MediaBytesPerBatch = 16 << 20;
    private const int MaxNotices = 100;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    private readonly List<RunEvent> waiting = [];
    private readonly ImportedExperiments experiments = new(database, source.ExperimentsAreNamed);
    private ImportLedger? ledger;
    private string? runId;
    private long waitingBytes;
    private long reported;

    /// <exception cref="TrainyardException">The source can't be read to its end; the events before that are stored.</exception>
    /// <exception cref="ImportLostException">The import was cancelled or taken over.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        reported = clock.GetTimestamp();
        try
        {
            await ReadAsync(cancellationToken);
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

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in source.ReadAsync(cancellationToken))
            {
                await TakeAsync(item, cancellationToken);
            }
        }
        catch (InvalidRunFileException refused)
        {
            throw Refusal.Of(refused);
        }
    }

    private async Task TakeAsync(SourceEvent item, CancellationToken cancellationToken)
    {
        if (item.Event.RunId != runId)
        {
            await OpenAsync(item.Event.RunId, cancellationToken);
        }
        if (ledger is null)
        {
            return;
        }
        if (item.Content is not null)
        {
            await TakeFileAsync(item, ledger, cancellationToken);
        }
        else
        {
            // Left-out events are in the ledger too, since each gap in the numbering would take space there.
            var isNew = ledger.Add(item.Part, item.Number);
            if (Storable(item) is { } storable)
            {
                Take(storable, isNew);
            }
        }
        if (waiting.Count >= EventsPerBatch || waitingBytes >= MediaBytesPerBatch)
        {
            await StoreAsync(cancellationToken);
        }
        else if (clock.GetElapsedTime(reported) > ReportInterval)
        {
            await ReportAsync(cancellationToken);
        }
    }

    private void Take(RunEvent runEvent, bool isNew)
    {
        if (isNew)
        {
            Add(runEvent);
        }
        else
        {
            import.Repeated++;
        }
    }

    /// <summary>Stores a file before its event: an import that ends between the two stores the file again.</summary>
    private async Task TakeFileAsync(SourceEvent item, ImportLedger known, CancellationToken cancellationToken)
    {
        if (known.Has(item.Part, item.Number))
        {
            import.Repeated++;
        }
        else if (await files.StoreAsync(item, source.Report, cancellationToken) is { } stored)
        {
            known.Add(item.Part, item.Number);
            Add(stored);
        }
    }

    private void Add(RunEvent runEvent)
    {
        waiting.Add(runEvent with
        {
            EventId = Guid.CreateVersion7(clock.GetUtcNow()),
            ExperimentId = experiments.IdOf(runEvent.ExperimentId) ?? import.ExperimentId,
        });
        waitingBytes += (runEvent as MediaLogged)?.Content?.Length ?? 0;
    }

    /// <summary>The event; null, and reported, if it can't be stored. The rules are the same as for events over HTTP.</summary>
    private RunEvent? Storable(SourceEvent item) =>
        item.Event is MediaLogged media ? ImportedMedia.Check(media, item.File, source.Report) : IsLeftOut(item) ? null : item.Event;

    /// <summary>Reports values that can't be stored.</summary>
    /// <returns>Whether none of the event's values can be stored.</returns>
    private bool IsLeftOut(SourceEvent item)
    {
        if (item.Event is not MetricsLogged { Measurements: { Count: > 0 } measurements } metrics)
        {
            return false;
        }
        if (metrics.Step is { } step && !WholeNumber.IsStep(step))
        {
            source.Report.LeaveOut($"a step {WholeNumber.StepRule}", $"{step}", measurements.Keys.First(), item.File, measurements.Count);
            return true;
        }
        var unusable = 0;
        foreach (var name in measurements.Keys.Where(name => !PointWriter.IsName(name)))
        {
            source.Report.LeaveOut($"a name has 1 to {PointWriter.MaxNameCharacters} characters", $"{name.Length}", name, item.File);
            unusable++;
        }
        return unusable == measurements.Count;
    }

    private async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        await StoreAsync(cancellationToken);
        while (source.Experiments.TryDequeue(out var experiment))
        {
            await experiments.AddAsync(experiment, cancellationToken);
        }
        runId = id;
        (ledger, var known) = await database.ReadAsync(async (db, token) => (
            await ImportLedger.LoadAsync(db, id, token),
            await db.Runs.Where(run => run.Id == id).Select(run => new { run.ExperimentId, run.DeletedAt }).SingleOrDefaultAsync(token)),
                cancellationToken);
        import.Runs++;
        if (ledger is null)
        {
            import.RunsSkipped++;
            source.Report.Add($"Run '{id}' already exists and is not from an import. It was skipped.");
        }
        else if (known is { ExperimentId: null } && import.ExperimentId is not null)
        {
            // The run joins the experiment even if it has no new events.
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
            source.Report.Add($"Run '{id}' is already in experiment '{other}', and stays there: move it to have it in '{wanted}'.");
        }
        if (known is { DeletedAt: not null })
        {
            source.Report.Add($"Run '{id}' is deleted: restore it to see it, or delete it permanently and import it anew.");
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
        ledger.MarkSaved();
        import.Added += count;
        waiting.Clear();
        waitingBytes = 0;
        reported = clock.GetTimestamp();
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync((db, token) => SaveAsync(db, import.Added, token), cancellationToken);
        reported = clock.GetTimestamp();
    }

    private async Task SaveAsync(StoreContext db, long added, CancellationToken cancellationToken)
    {
        var notices = source.Report.Notices.Take(MaxNotices).Select(notice => StorableText.Clean(notice, 1000).ReplaceLineEndings(" "))
            .ToList();
        var lines = notices.Count == 0 ? null : string.Join('\n', notices);
        var held = await db.Imports
            .Where(row => row.Id == import.Id && row.State == ImportState.Running && row.Worker == import.Worker)
            .ExecuteUpdateAsync(update => update
                .SetProperty(row => row.BytesTotal, source.BytesTotal)
                .SetProperty(row => row.BytesRead, source.BytesRead)
                .SetProperty(row => row.Runs, import.Runs)
                .SetProperty(row => row.RunsSkipped, import.RunsSkipped)
                .SetProperty(row => row.Added, added)
                .SetProperty(row => row.Repeated, import.Repeated)
                .SetProperty(row => row.Ignored, source.Report.Ignored)
                .SetProperty(row => row.Notices, lines), cancellationToken);
        if (held == 0)
        {
            throw new ImportLostException();
        }
    }
}
