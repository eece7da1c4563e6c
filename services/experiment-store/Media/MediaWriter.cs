using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Media;

/// <summary>Stores logged media. An item that an attempt logs again replaces the earlier one.</summary>
internal static class MediaWriter
{
    private const int MaxNames = 20;

    /// <returns>Messages for the runs' logs about items that were dropped.</returns>
    public static async Task<IReadOnlyList<DroppedValues>> WriteAsync(
        StoreContext db, IEnumerable<RunMedia> runs, RunOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dropped = new List<DroppedValues>();
        foreach (var run in runs.Where(run => run.Items.Count > 0))
        {
            dropped.AddRange(Warnings(run.Run, await WriteAsync(db, run, options, cancellationToken), options, now));
        }
        return dropped;
    }

    private static async Task<Refused> WriteAsync(StoreContext db, RunMedia run, RunOptions options, CancellationToken cancellationToken)
    {
        var usable = run.Items.Where(IsUsable).ToList();
        var steps = new MediaSteps(run, await LastStepsAsync(db, run.Run.Id, usable, cancellationToken));
        var placed = usable.Select(item => (Item: item, Step: steps.StepOf(item))).ToList();
        var stored = await StoredAsync(db, run.Run.Id, placed, cancellationToken);
        var (added, replaced, tooMany) = (new Dictionary<MediaKey, MediaItem>(), new List<long>(), 0);
        foreach (var (item, step) in placed.Where(one => WholeNumber.IsStep(one.Step)))
        {
            var key = new MediaKey(item.Name, item.Kind, step, item.Index, item.Attempt ?? run.Run.Attempt);
            var earlier = added.TryGetValue(key, out var pending) ? pending.Size
                : stored.TryGetValue(key, out var row) ? row.Size : (long?)null;
            var (count, bytes) = (run.Run.MediaCount + (earlier is null ? 1 : 0), run.Run.MediaBytes - (earlier ?? 0) + SizeOf(item));
            if (count > options.MaxMediaItems || bytes > options.MaxMediaBytes)
            {
                tooMany++;
                continue;
            }
            if (stored.Remove(key, out var old))
            {
                replaced.Add(old.Id);
            }
            (run.Run.MediaCount, run.Run.MediaBytes) = (count, bytes);
            added[key] = RowOf(run.Run.Id, key, item);
        }
        if (replaced.Count > 0)
        {
            await db.Media.Where(row => replaced.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }
        db.Media.AddRange(added.Values);
        if (added.Count > 0)
        {
            var names = added.Keys.Select(key => key.Name).Distinct(StringComparer.Ordinal).Take(MaxNames);
            db.Outgoing.Add(new MediaUpdate(run.Run.Id, added.Keys.Max(key => key.Step), [.. names]));
        }
        var unusable = run.Items.Count - usable.Count + placed.Count(one => !WholeNumber.IsStep(one.Step));
        return new(tooMany, unusable);
    }

    /// <summary>The last current step of each name and kind, for items without a step.</summary>
    private static async Task<List<LastStep>> LastStepsAsync(
        StoreContext db, string runId, List<MediaLogged> items, CancellationToken cancellationToken)
    {
        var names = items.Where(item => item.Step is null).Select(item => item.Name).Distinct(StringComparer.Ordinal).ToArray();
        return names.Length == 0 ? [] : await db.Media
            .Where(row => row.RunId == runId && names.Contains(row.Name))
            .GroupBy(row => new { row.Name, row.Kind, row.Attempt })
            .Select(group => new LastStep(group.Key.Name, group.Key.Kind, group.Key.Attempt, group.Max(row => row.Step)))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The stored items that these may replace.</summary>
    private static async Task<Dictionary<MediaKey, (long Id, long Size)>> StoredAsync(
        StoreContext db, string runId, List<(MediaLogged Item, long Step)> placed, CancellationToken cancellationToken)
    {
        var names = placed.Select(one => one.Item.Name).Distinct(StringComparer.Ordinal).ToArray();
        var steps = placed.Select(one => one.Step).Distinct().ToArray();
        var rows = await db.Media
            .Where(row => row.RunId == runId && names.Contains(row.Name) && steps.Contains(row.Step))
            .Select(row => new { row.Id, row.Name, row.Kind, row.Step, row.Index, row.Attempt, row.Size })
            .ToListAsync(cancellationToken);
        return rows.ToDictionary(
            row => new MediaKey(row.Name, row.Kind, row.Step, row.Index, row.Attempt), row => (row.Id, row.Size));
    }

    private static MediaItem RowOf(string runId, MediaKey key, MediaLogged item) => new()
    {
        RunId = runId,
        Name = key.Name,
        Kind = key.Kind,
        Step = key.Step,
        Index = key.Index,
        Attempt = key.Attempt,
        Time = item.Time.ToUniversalTime(),
        Caption = StorableText.CleanOrNull(item.Caption, MediaLimits.MaxCaption),
        ContentType = item.ContentType,
        Size = SizeOf(item),
        Width = item.Width,
        Height = item.Height,
        Path = item.Content is null ? item.Path : null,
        Content = item.Content,
    };

    private static IEnumerable<DroppedValues> Warnings(Run run, Refused refused, RunOptions options, DateTimeOffset now)
    {
        if (refused is { TooMany: 0, Unusable: 0 } || now - run.WarnedAt < PointWriter.WarningInterval)
        {
            yield break;
        }
        run.WarnedAt = now;
        if (refused.TooMany > 0)
        {
            yield return new(run.Id,
                $"{refused.TooMany} images or other media were dropped: a run stores at most {options.MaxMediaItems} "
                + $"(RUNS__MAX_MEDIA_ITEMS) and {options.MaxMediaBytes} bytes of them (RUNS__MAX_MEDIA_BYTES).");
        }
        if (refused.Unusable > 0)
        {
            yield return new(run.Id,
                $"{refused.Unusable} images or other media were dropped: a name must have 1 to {PointWriter.MaxNameCharacters} characters, "
                + $"an index must be from 0 to {MediaLimits.MaxIndex}, and a step {WholeNumber.StepRule}.");
        }
    }

    private static bool IsUsable(MediaLogged item) =>
        PointWriter.IsName(item.Name) && item.Index is >= 0 and <= MediaLimits.MaxIndex
        && (item.Content is not null || (item.Path is { Length: > 0 and <= MediaLimits.MaxPath } path && StorableText.IsClean(path)));

    private static long SizeOf(MediaLogged item) => item.Content?.Length ?? 0;

    private sealed record Refused(int TooMany, int Unusable);
}
