using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Runs;

/// <summary>
/// The runs that messages are about. Events change them in memory; <see cref="SaveAsync"/> stores the changes together with what is to be
/// sent, so that a restart goes on with the same messages.
/// </summary>
internal sealed class RunBook(NotifierContexts contexts, Outbox outbox, IOptions<NotifierOptions> options, TimeProvider clock)
    : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);

    /// <summary>Reads the runs that have not ended.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        await using var db = contexts.Open();
        foreach (var row in await db.Runs.AsNoTracking().Where(run => !run.Ended).ToListAsync(cancellationToken))
        {
            entries.TryAdd(row.RunId, Entry.Of(row));
        }
        return true;
    }, cancellationToken);

    /// <summary>Applies an event.</summary>
    /// <returns>Whether it should be shown at once.</returns>
    public Task<bool> ApplyAsync(TrainEvent happened, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        var entry = await EntryAsync(happened.RunId, cancellationToken);
        var known = entry?.Progress ?? new RunProgress { RunId = happened.RunId, Attempt = happened.Attempt };
        Put(entry, known.After(happened), ended: entry is { Ended: true } && happened is not TrainStarted);
        return happened is TrainStarted or TrainCompleted or TrainFailed or TrainStopped;
    }, cancellationToken);

    /// <summary>Takes over what the store says of a run.</summary>
    public Task MergeAsync(StoreRun run, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        var entry = await EntryAsync(run.RunId, cancellationToken);
        var progress = run.Over(entry?.Progress);
        if (entry is null || entry.Ended != run.IsOver || progress != entry.Progress)
        {
            Put(entry, progress, ended: run.IsOver);
        }
        return true;
    }, cancellationToken);

    /// <summary>Ends a run that the store has deleted.</summary>
    public Task ForgetAsync(string runId, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (await EntryAsync(runId, cancellationToken) is { } entry)
        {
            Put(entry with { Muted = true, Watched = false }, entry.Progress, ended: true, save: true);
        }
        return true;
    }, cancellationToken);

    /// <summary>Puts a run into the watch list, or takes it off.</summary>
    public Task WatchAsync(StoreRun run, bool watched, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        var entry = await EntryAsync(run.RunId, cancellationToken) ?? new Entry(run.Over(null), Ended: false, Watched: false, Muted: false);
        Put(entry with { Watched = watched, Muted = !watched }, run.Over(entry.Progress), run.IsOver, save: true);
        return true;
    }, cancellationToken);

    /// <summary>The runs whose end the store has not confirmed.</summary>
    public Task<IReadOnlyList<RunProgress>> OpenAsync(CancellationToken cancellationToken) => LockedAsync(
        () => Task.FromResult<IReadOnlyList<RunProgress>>([.. entries.Values.Where(entry => !entry.Ended).Select(entry => entry.Progress)]),
        cancellationToken);

    /// <summary>The watched runs that have not ended.</summary>
    public Task<IReadOnlyList<RunProgress>> WatchedAsync(CancellationToken cancellationToken) => LockedAsync(
        () => Task.FromResult<IReadOnlyList<RunProgress>>(
            [
                .. entries.Values.Where(entry => entry is { Ended: false, Watched: true }).Select(entry => entry.Progress)
                    .OrderBy(run => run.StartedAt).ThenBy(run => run.RunId, StringComparer.Ordinal),
            ]),
        cancellationToken);

    /// <summary>Stores what changed, and what is to be sent because of it.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (changed.Count == 0)
        {
            return true;
        }
        await using var db = contexts.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var runId in changed)
        {
            await StoreAsync(db, entries[runId], cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        foreach (var runId in changed.Where(runId => entries[runId].Ended).ToList())
        {
            entries.Remove(runId);
        }
        changed.Clear();
        outbox.Changed();
        return true;
    }, cancellationToken);

    public void Dispose() => gate.Dispose();

    private async Task StoreAsync(NotifierContext db, Entry entry, CancellationToken cancellationToken)
    {
        var (progress, now) = (entry.Progress, clock.GetUtcNow());
        var json = JsonSerializer.Serialize(progress, StoreApi.Json);
        var row = await db.Runs.SingleOrDefaultAsync(run => run.RunId == progress.RunId, cancellationToken);
        if (row is null)
        {
            db.Runs.Add(row = new TrackedRun { RunId = progress.RunId, Progress = json, UpdatedAt = now });
        }
        (row.Progress, row.Ended, row.UpdatedAt) = (json, entry.Ended, now);
        (row.Watched, row.Muted) = (entry.Watched, entry.Muted);
        await db.SaveChangesAsync(cancellationToken);
        if (!entry.Watched)
        {
            await Outbox.StopRunAsync(db, progress.RunId, cancellationToken);
            return;
        }
        await outbox.ShowRunAsync(db, progress.RunId, cancellationToken);
        if (progress.Status is Contracts.Runs.RunStatus.Running || entry.Ended)
        {
            await outbox.MilestoneAsync(db, new Milestone(progress, entry.Ended), cancellationToken);
        }
    }

    /// <summary>The entry of a run, read from the database if it has ended before; null for an unknown run.</summary>
    private async Task<Entry?> EntryAsync(string runId, CancellationToken cancellationToken)
    {
        if (entries.TryGetValue(runId, out var entry))
        {
            return entry;
        }
        await using var db = contexts.Open();
        var row = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.RunId == runId, cancellationToken);
        return row is null ? null : Entry.Of(row);
    }

    /// <param name="before">The run's entry so far.</param>
    /// <param name="progress">Its new state.</param>
    /// <param name="ended">Whether the store has confirmed its end.</param>
    /// <param name="save">Whether to store it even if nobody watches it.</param>
    private void Put(Entry? before, RunProgress progress, bool ended, bool save = false)
    {
        var muted = before?.Muted ?? false;
        var watched = before is { Watched: true } || (options.Value.Runs is RunChoice.All && !muted);
        if (watched || save)
        {
            changed.Add(progress.RunId);
        }
        else if (ended)
        {
            entries.Remove(progress.RunId);
            return;
        }
        entries[progress.RunId] = new(progress, ended, watched, muted);
    }

    private async Task<T> LockedAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    private sealed record Entry(RunProgress Progress, bool Ended, bool Watched, bool Muted)
    {
        public static Entry Of(TrackedRun row) => new(MessageReader.ProgressOf(row), row.Ended, row.Watched, row.Muted);
    }
}
