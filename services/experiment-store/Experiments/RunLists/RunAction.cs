using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>What to do with each run.</summary>
internal enum RunVerb
{
    Tag,
    Untag,
    Move,
    Pin,
    Unpin,
    Lock,
    Unlock,
    Delete,
    Restore,
    Cancel,
}

/// <summary>An action on a run, alone or in bulk.</summary>
/// <param name="Verb">The action.</param>
/// <param name="Tags">Tags to set, for <see cref="RunVerb.Tag"/>.</param>
/// <param name="Names">Names of tags to remove, for <see cref="RunVerb.Untag"/>.</param>
/// <param name="ExperimentId">The target of <see cref="RunVerb.Move"/>; null removes the run from its experiment.</param>
internal sealed record RunAction(
    RunVerb Verb, IReadOnlyDictionary<string, string>? Tags = null, IReadOnlyList<string>? Names = null, string? ExperimentId = null)
{
    /// <summary>Changes a run whose row is locked, or throws before changing anything.</summary>
    /// <exception cref="TrainyardException">ILLEGAL_TRANSITION, DATA_NOT_FOUND or CONFIG_INVALID.</exception>
    public async Task ApplyAsync(StoreContext db, Run run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (Verb)
        {
            case RunVerb.Tag or RunVerb.Untag:
                run.RequireUnlocked();
                await TagAsync(db, run, cancellationToken);
                run.UpdatedAt = now;
                break;
            case RunVerb.Move:
                run.RequireUnlocked();
                run.ExperimentId = ExperimentId is null
                    || await db.Experiments.AnyAsync(row => row.Id == ExperimentId && row.DeletedAt == null, cancellationToken)
                    ? ExperimentId
                    : throw RunLookup.NoExperiment(ExperimentId);
                run.UpdatedAt = now;
                break;
            case RunVerb.Pin or RunVerb.Unpin:
                run.Pinned = Verb is RunVerb.Pin;
                break;
            case RunVerb.Lock or RunVerb.Unlock:
                run.Locked = Verb is RunVerb.Lock;
                break;
            case RunVerb.Delete:
                run.Delete(now);
                break;
            case RunVerb.Restore:
                run.DeletedAt = null;
                await db.Experiments.Where(experiment => experiment.Id == run.ExperimentId && experiment.DeletedAt != null)
                    .ExecuteUpdateAsync(update => update.SetProperty(row => row.DeletedAt, (DateTimeOffset?)null), cancellationToken);
                break;
            case RunVerb.Cancel:
                run.Cancel(db, now);
                break;
        }
    }

    private async Task TagAsync(StoreContext db, Run run, CancellationToken cancellationToken)
    {
        var known = await db.Tags.Where(tag => tag.RunId == run.Id)
            .ToDictionaryAsync(tag => tag.Name, StringComparer.Ordinal, cancellationToken);
        var added = (Tags ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Select(tag => new RunTag
            {
                RunId = run.Id,
                Name = StorableText.Clean(tag.Key, TagLimits.MaxName),
                Value = StorableText.Clean(tag.Value, TagLimits.MaxValue),
            })
            .DistinctBy(tag => tag.Name, StringComparer.Ordinal).ToList();
        var removed = (Names ?? []).Where(known.ContainsKey).Select(name => known[name]).ToList();
        var count = known.Keys
            .Union(added.Select(tag => tag.Name), StringComparer.Ordinal)
            .Except(removed.Select(tag => tag.Name), StringComparer.Ordinal)
            .Count();
        // Runs of MLflow's clients may have more, which can still be changed and removed.
        if (count > Math.Max(TagLimits.MaxCount, known.Count))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("tags", $"of run {run.Id} would be {count}, more than {TagLimits.MaxCount}")]);
        }
        db.Tags.RemoveRange(removed);
        foreach (var tag in added)
        {
            if (known.TryGetValue(tag.Name, out var stored))
            {
                stored.Value = tag.Value;
            }
            else
            {
                db.Tags.Add(tag);
            }
        }
    }
}
