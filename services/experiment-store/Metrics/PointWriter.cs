using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Stores logged values as points, updates the series' summaries, and writes both in bulk.</summary>
internal static class PointWriter
{
    /// <summary>
    /// Stored steps lie within ±2⁵³: JSON numbers represent them exactly, and subtracting them can't overflow. Steps are
    /// accepted from 0; data of earlier versions may contain negative ones.
    /// </summary>
    public const long FurthestStep = WholeNumber.Max;

    public const int MaxNameCharacters = 250;

    /// <summary>Minimum time between two warnings about dropped values in a run's log.</summary>
    public static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    // Up to this many updates of a commit are sent step by step; beyond that, only the newest value of each series.
    private const int MaxUpdates = 20;

    /// <returns>The number of stored points.</returns>
    public static async Task<StoredPoints> WriteAsync(
        StoreContext db, IReadOnlyCollection<RunPoints> runs, RunOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dropped = new List<DroppedValues>();
        var (series, tooMany) = await SeriesAsync(db, runs, options, cancellationToken);
        var (arrived, packing) = (UnixTime.ToMicroseconds(now), new PackedWriter());
        foreach (var row in series.Values)
        {
            row.Receipts = Receipts.Note(row.Receipts, arrived, row.PointsStored, packing);
        }
        var points = new List<Point>();
        var summaries = new SummaryWriter(db);
        var reached = await ReachedAsync(db, runs, cancellationToken);
        var updates = new List<PlacedUpdate>();
        foreach (var run in runs)
        {
            var placement = new PointPlacement(run, series, points, summaries, arrived, reached.GetValueOrDefault(run.Run.Id));
            updates.AddRange(Merge(run.Run.Id, placement.Place()));
            Warn(run, tooMany.GetValueOrDefault(run.Run.Id), placement.WithoutNextStep, options, now, dropped);
        }
        Announce(db, updates);
        var merged = await summaries.CompleteAsync(series.Values, points, cancellationToken);
        await db.Bulk().AddPointsAsync(points, cancellationToken);
        await db.Bulk().MergeSummariesAsync(merged, cancellationToken);
        await db.Bulk().SaveSeriesAsync(series.Values, cancellationToken);
        db.Outgoing.Add(new WrittenPoints(series.Values, points));

        // After a rewind, recompute the series' aggregates from stored points.
        var replaced = runs.Where(run => run.ReplacedFrom is not null).ToList();
        if (replaced.Count > 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            foreach (var run in replaced)
            {
                await SeriesSummaries.RebuildAsync(db, run.Run.Id, run.ReplacedFrom ?? 0, cancellationToken);
            }
        }
        return new(points.Count, dropped);
    }

    /// <returns>The series that the values belong to, and how many more each run would need than it may have.</returns>
    private static async Task<(Dictionary<SeriesName, Series> Series, Dictionary<string, int> TooMany)> SeriesAsync(
        StoreContext db, IReadOnlyCollection<RunPoints> runs, RunOptions options, CancellationToken cancellationToken)
    {
        var wanted = runs
            .SelectMany(run => run.Values
                .SelectMany(values => values.Measurements.Keys.Where(IsName).Select(name => new SeriesName(run.Run.Id, name))))
            .Distinct()
            .ToList();
        var series = (await db.Bulk().FindSeriesAsync(wanted, cancellationToken)).ToDictionary(row => new SeriesName(row.RunId, row.Name));
        var added = new List<Series>();
        var tooMany = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var missing = wanted.Where(name => name.RunId == run.Run.Id && !series.ContainsKey(name)).ToList();
            var room = Math.Max(0, options.MaxSeries - run.Run.SeriesCount);
            added.AddRange(missing.Take(room).Select(name => new Series { RunId = name.RunId, Name = name.Name }));
            run.Run.SeriesCount += Math.Min(room, missing.Count);
            tooMany[run.Run.Id] = Math.Max(0, missing.Count - room);
        }
        if (added.Count > 0)
        {
            await db.Bulk().AddSeriesAsync(added, cancellationToken);
            added.ForEach(row => series.Add(new(row.RunId, row.Name), row));
        }
        return (series, tooMany);
    }

    private static void Warn(
        RunPoints run, int tooMany, int withoutNextStep, RunOptions options, DateTimeOffset now, List<DroppedValues> dropped)
    {
        var unusable = run.Values.Sum(values => values.Measurements.Keys.Count(name => !IsName(name)) + (IsStep(values.Step) ? 0 : 1));
        if ((tooMany == 0 && unusable == 0 && withoutNextStep == 0) || now - run.Run.WarnedAt < WarningInterval)
        {
            return;
        }
        run.Run.WarnedAt = now;
        if (tooMany > 0)
        {
            dropped.Add(new(run.Run.Id,
                $"Values of {tooMany} new series were dropped: a run has at most {options.MaxSeries} series (RUNS__MAX_SERIES)."));
        }
        if (unusable > 0)
        {
            dropped.Add(new(run.Run.Id,
                $"{unusable} values were dropped: a series name must have 1 to {MaxNameCharacters} characters, "
                + "and a step must lie within ±2^53."));
        }
        if (withoutNextStep > 0)
        {
            dropped.Add(new(run.Run.Id,
                $"{withoutNextStep} values without a step were dropped: no step follows 2^53, the last one of their series. Send a step."));
        }
    }

    /// <summary>The last stored step of runs whose final values have no step.</summary>
    private static async Task<Dictionary<string, long?>> ReachedAsync(
        StoreContext db, IReadOnlyCollection<RunPoints> runs, CancellationToken cancellationToken)
    {
        var ending = runs.Where(run => run.Values.Any(values => values is { Final: true, Step: null }))
            .Select(run => run.Run.Id).ToList();
        return ending.Count == 0 ? [] : await db.Series
            .Where(series => ending.Contains(series.RunId) && !series.Name.StartsWith(PointPlacement.MachinePrefix))
            .GroupBy(series => series.RunId)
            .Select(series => new { series.Key, Last = series.Max(row => row.LastStep) })
            .ToDictionaryAsync(run => run.Key, run => run.Last, StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>
    /// Merges updates if a commit has many: the newest value of each series between two other announcements.
    /// </summary>
    private static IEnumerable<PlacedUpdate> Merge(string runId, List<PlacedUpdate> updates) => updates.Count <= MaxUpdates
        ? updates
        : updates.GroupBy(update => update.Behind).SelectMany(between =>
        {
            var merged = new MergedUpdates(runId);
            foreach (var (_, update) in between)
            {
                merged.Add(update);
            }
            return merged.ToMessages().Select(update => new PlacedUpdate(between.Key, update));
        });

    /// <summary>Inserts updates among the transaction's other announcements, in order of occurrence.</summary>
    private static void Announce(StoreContext db, List<PlacedUpdate> updates)
    {
        var others = db.Outgoing.ToList();
        db.Outgoing.Clear();
        var next = 0;
        foreach (var (behind, update) in updates.OrderBy(update => update.Behind))
        {
            db.Outgoing.AddRange(others[next..behind]);
            db.Outgoing.Add(update);
            next = behind;
        }
        db.Outgoing.AddRange(others[next..]);
    }

    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameCharacters && StorableText.IsClean(name);

    public static bool IsStep(long? step) => step is null or (>= -FurthestStep and <= FurthestStep);
}
