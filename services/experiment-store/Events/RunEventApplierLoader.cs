using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Loads the rows that a transaction's events may change.</summary>
internal static class RunEventApplierLoader
{
    /// <summary>
    /// Locks the runs of these events and creates missing ones. Events of workers create no run: theirs has been removed in the meantime.
    /// </summary>
    public static async Task<Dictionary<string, RunEventApplier>> LoadAsync(
        StoreContext db, List<SentEvent> sent, RunOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var events = sent.ConvertAll(request => request.Event);
        var ids = events.Select(work => work.RunId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var known = await db.LockRuns(ids).ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, cancellationToken);
        if (ids.Where(id => !known.ContainsKey(id)).ToArray() is { Length: > 0 } missing)
        {
            // Another replica may be creating them: wait for it and read again.
            await db.ReserveAsync("run", missing, cancellationToken);
            foreach (var run in await db.LockRuns(missing).ToListAsync(cancellationToken))
            {
                known.Add(run.Id, run);
            }
        }
        var found = known.Keys.ToArray();
        var attempts = (await db.Attempts.Where(attempt => found.Contains(attempt.RunId)).ToListAsync(cancellationToken))
            .ToLookup(attempt => attempt.RunId);
        var tagged = RunsOf(events, described => described.Tags is { Count: > 0 });
        var knownTags = tagged.Length == 0 ? [] : await db.Tags.Where(tag => tagged.Contains(tag.RunId)).ToListAsync(cancellationToken);
        var savers = RunsOf(events, saved => PathOf(saved) is not null);
        var paths = events.Select(PathOf).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var knownCheckpoints = savers.Length == 0 ? [] : await db.Checkpoints
            .Where(checkpoint => savers.Contains(checkpoint.RunId) && (checkpoint.IsBest || paths.Contains(checkpoint.Path)))
            .ToListAsync(cancellationToken);
        var knownArtifacts = savers.Length == 0 ? [] : await db.Artifacts
            .Where(artifact => savers.Contains(artifact.RunId) && paths.Contains(artifact.Path)).ToListAsync(cancellationToken);
        // Events don't move a run of Trainyard's trainer to another experiment.
        var naming = events.FindAll(work => work.ExperimentId is not null && known.GetValueOrDefault(work.RunId)?.Kind is not RunKind.Own);
        await AddExperimentsAsync(db, naming, known, now, cancellationToken);

        HashSet<string> outside = known.Count == ids.Length
            ? []
            : [.. sent.Where(request => request.Sender?.Worker is null).Select(request => request.Event.RunId)];
        return ids.Where(id => known.ContainsKey(id) || outside.Contains(id)).ToDictionary(id => id, id =>
        {
            var run = known.GetValueOrDefault(id) ?? Create(db, id, now);
            var own = attempts[id].OrderBy(attempt => attempt.Number).ToList();
            return new RunEventApplier(
                db, options, now, run, own.Count > 0 ? own : [.. db.Attempts.Local.Where(attempt => attempt.RunId == id)],
                Of(knownTags, id), new(db, run.Id, Of(knownCheckpoints, id), Of(knownArtifacts, id)));
        }, StringComparer.Ordinal);
    }

    private static Run Create(StoreContext db, string id, DateTimeOffset now)
    {
        var run = new Run
        {
            Id = id,
            Name = id,
            Kind = RunKind.External,
            Status = RunStatus.Running,
            CreatedAt = now,
            UpdatedAt = now,
            StartedAt = now,
        };
        run.Add(db, now);
        return run;
    }

    private static async Task AddExperimentsAsync(
        StoreContext db, List<RunEvent> events, Dictionary<string, Run> runs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = events.Select(work => work.ExperimentId).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (ids.Length == 0)
        {
            return;
        }
        var stored = db.Experiments.Select(experiment => new { experiment.Id, experiment.DeletedAt });
        var known = await stored.Where(experiment => ids.Contains(experiment.Id)).ToListAsync(cancellationToken);
        if (ids.Except(known.Select(experiment => experiment.Id), StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            await db.ReserveAsync("experiment", missing, cancellationToken);
            known.AddRange(await stored.Where(experiment => missing.Contains(experiment.Id)).ToListAsync(cancellationToken));
        }
        db.Experiments.AddRange(ids.Except(known.Select(experiment => experiment.Id), StringComparer.Ordinal)
            .Select(id => new Experiment { Id = id, Name = id, CreatedAt = now }));
        // An event restores the deleted experiment it names, unless the run itself is deleted.
        var back = known
            .Where(experiment => experiment.DeletedAt is not null && events.Exists(work =>
                work.ExperimentId == experiment.Id && runs.GetValueOrDefault(work.RunId)?.DeletedAt is null))
            .Select(experiment => experiment.Id)
            .ToArray();
        if (back.Length > 0)
        {
            await db.Experiments.Where(experiment => back.Contains(experiment.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeletedAt, (DateTimeOffset?)null), cancellationToken);
        }
    }

    private static List<T> Of<T>(List<T> rows, string runId) where T : IOfRun => rows.FindAll(row => row.RunId == runId);

    private static string[] RunsOf(List<RunEvent> events, Func<RunEvent, bool> which) =>
        [.. events.Where(which).Select(work => work.RunId).Distinct(StringComparer.Ordinal)];

    private static string? PathOf(RunEvent work) => work switch
    {
        CheckpointSaved saved => StorableText.Clean(saved.Path, SavedFiles.MaxPathCharacters),
        ArtifactSaved saved => StorableText.Clean(saved.Path, SavedFiles.MaxPathCharacters),
        RunStopped { ModelPath: { } model } => StorableText.Clean(model, SavedFiles.MaxPathCharacters),
        _ => null,
    };
}
