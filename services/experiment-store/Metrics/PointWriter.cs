using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Turns logged values into points, keeps each series' summary, and writes both in bulk.</summary>
internal static class PointWriter
{
    /// <summary>Steps lie within ±2⁵³: what JSON numbers hold exactly, and far enough from overflow to subtract.</summary>
    public const long FurthestStep = 1L << 53;

    public const int MostNameCharacters = 250;

    /// <summary>How long a run's log says nothing more of what was dropped.</summary>
    public static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    // A subscriber sees a commit as single steps up to this many, as the newest value of each series beyond it.
    private const int MostUpdates = 20;

    /// <returns>How many points were stored.</returns>
    public static async Task<int> WriteAsync(
        StoreContext db, IReadOnlyCollection<RunChanges> runs, RunOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var series = await SeriesAsync(db, runs, options, now, cancellationToken);
        var (arrived, packing) = (UnixTime.ToMicroseconds(now), new PackedWriter());
        foreach (var one in series.Values)
        {
            one.Receipts = Receipts.Note(one.Receipts, arrived, one.PointsStored, packing);
        }
        var points = new List<Point>();
        var summaries = new SummaryWriter(db);
        foreach (var run in runs)
        {
            Announce(db, run.Run.Id, Place(run, series, points, summaries, arrived));
        }
        var merged = await summaries.CompleteAsync(series.Values, points, cancellationToken);
        await db.Bulk.AddPointsAsync(points, cancellationToken);
        await db.Bulk.MergeSummariesAsync(merged, cancellationToken);
        await db.Bulk.SaveSeriesAsync(series.Values, cancellationToken);
        db.Written.Add(new(series.Values, points));

        // A run that went back counts anew, from what is stored.
        var replaced = runs.Where(run => run.ReplacedFrom is not null).ToList();
        if (replaced.Count > 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            foreach (var run in replaced)
            {
                await SeriesSummaries.RebuildAsync(db, run.Run.Id, run.ReplacedFrom ?? 0, cancellationToken);
            }
        }
        return points.Count;
    }

    private static async Task<Dictionary<SeriesName, Series>> SeriesAsync(
        StoreContext db, IReadOnlyCollection<RunChanges> runs, RunOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = runs
            .SelectMany(run => run.Values.SelectMany(values => values.Measurements.Keys.Where(IsName).Select(name => new SeriesName(run.Run.Id, name))))
            .Distinct()
            .ToList();
        var series = (await db.Bulk.FindSeriesAsync(wanted, cancellationToken)).ToDictionary(one => new SeriesName(one.RunId, one.Name));
        var added = new List<Series>();
        foreach (var run in runs)
        {
            var missing = wanted.Where(name => name.RunId == run.Run.Id && !series.ContainsKey(name)).ToList();
            var room = Math.Max(0, options.MaxSeries - run.Run.SeriesCount);
            added.AddRange(missing.Take(room).Select(name => new Series { RunId = name.RunId, Name = name.Name }));
            run.Run.SeriesCount += Math.Min(room, missing.Count);
            Warn(run, missing.Count - room, options, now);
        }
        if (added.Count > 0)
        {
            await db.Bulk.AddSeriesAsync(added, cancellationToken);
            added.ForEach(one => series.Add(new(one.RunId, one.Name), one));
        }
        return series;
    }

    private static void Warn(RunChanges run, int tooMany, RunOptions options, DateTimeOffset now)
    {
        var unusable = run.Values.Sum(values => values.Measurements.Keys.Count(name => !IsName(name)) + (IsStep(values.Step) ? 0 : 1));
        if ((tooMany <= 0 && unusable == 0) || now - run.Run.WarnedAt < BetweenWarnings)
        {
            return;
        }
        run.Run.WarnedAt = now;
        if (tooMany > 0)
        {
            run.Write("warning", $"Values of {tooMany} new series were dropped: a run has at most {options.MaxSeries} series (RUNS__MAX_SERIES).", now, run.Run.Attempt);
        }
        if (unusable > 0)
        {
            run.Write("warning",
                $"{unusable} values were dropped: a series' name has 1 to {MostNameCharacters} characters, a step lies within ±2^53.", now, run.Run.Attempt);
        }
    }

    private static List<MetricUpdate> Place(
        RunChanges run, Dictionary<SeriesName, Series> series, List<Point> points, SummaryWriter summaries, long arrived)
    {
        var until = run.Attempts.ToDictionary(attempt => attempt.Number, attempt => attempt.UntilStep);
        var updates = new List<MetricUpdate>();
        foreach (var values in run.Values.Where(values => IsStep(values.Step)))
        {
            var shown = new Dictionary<string, double>(StringComparer.Ordinal);
            var at = values.Step;
            foreach (var (name, value) in values.Measurements)
            {
                if (!series.TryGetValue(new(run.Run.Id, name), out var one))
                {
                    continue;
                }
                if (values.Final && one.LastStep is not null && (values.Step ?? one.LastStep) == one.LastStep && value.Equals(one.LastValue ?? double.NaN))
                {
                    continue;
                }
                var point = new Point
                {
                    SeriesId = one.Id,
                    Step = values.Step ?? (one.LastStep is { } last && last < FurthestStep ? last + 1 : 0),
                    Seq = one.PointsStored++,
                    Time = values.Time,
                    Attempt = values.Attempt,
                    Value = double.IsNaN(value) ? null : value,
                };
                points.Add(point);
                one.OldestRaw ??= arrived;
                summaries.Add(one, point);
                if (point.Step < until.GetValueOrDefault(values.Attempt, long.MaxValue))
                {
                    one.Include(point);
                    shown[name] = value;
                    at ??= point.Step;
                }
            }
            if (shown.Count > 0)
            {
                updates.Add(new(run.Run.Id, at ?? 0, shown));
            }
        }
        return updates;
    }

    private static void Announce(StoreContext db, string runId, List<MetricUpdate> updates)
    {
        if (updates.Count <= MostUpdates)
        {
            db.Announcements.AddRange(updates);
            return;
        }
        var merged = new MergedUpdates(runId);
        updates.ForEach(update => merged.Add(update));
        db.Announcements.AddRange(merged.ToMessages());
    }

    public static bool IsName(string name) => name.Length is > 0 and <= MostNameCharacters && StorableText.IsClean(name);

    public static bool IsStep(long? step) => step is null or (>= -FurthestStep and <= FurthestStep);
}
