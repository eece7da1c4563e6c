using System.Globalization;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>Adds the points of one transaction to the summaries of their series.</summary>
internal sealed class SummaryWriter(StoreContext db)
{
    /// <summary>Shorter series have no summaries and are read point by point.</summary>
    public const int FewPoints = 256;

    // A bucket of the finest level should hold from this many points to four times as many.
    private const int MinPerBucket = 16;
    // Beyond this the finest level is too coarse: the series now logs more often than at its start.
    private const int MaxPerBucket = 256;
    private const int MaxPointsToRebuild = 20_000;

    private readonly Dictionary<long, OpenBuckets?> open = [];
    private readonly SummaryRows rows = new();

    public void Add(Series series, Point point)
    {
        if (!open.TryGetValue(series.Id, out var buckets))
        {
            buckets = series.Open is null ? null : OpenBucketsFormat.Read(series.Id, series.Open);
            open.Add(series.Id, buckets);
        }
        buckets?.Add(point, rows);
    }

    /// <summary>Updates the open buckets of the touched series. The added points are not stored yet.</summary>
    /// <returns>Rows to merge into the stored ones.</returns>
    public async Task<IReadOnlyCollection<BucketSummary>> CompleteAsync(
        IReadOnlyCollection<Series> touched, IReadOnlyList<Point> added, CancellationToken cancellationToken)
    {
        var rebuilt = touched.Where(series => open.TryGetValue(series.Id, out var buckets)
            && (buckets is null ? series.PointsStored >= FewPoints : IsTooCoarse(series, buckets))).ToList();
        if (rebuilt.Count > 0)
        {
            var addedTo = added.ToLookup(point => point.SeriesId);
            var stored = await db.PointsAsync(
                    rebuilt.Where(series => series.PointsStored > addedTo[series.Id].Count())
                        .Select(series => new PointRange(series.Id, -PointWriter.FurthestStep, PointWriter.FurthestStep)),
                    cancellationToken)
                .ToLookupAsync(point => point.SeriesId, cancellationToken: cancellationToken);
            foreach (var series in rebuilt)
            {
                await RebuildAsync(
                    series, [.. stored[series.Id].Concat(addedTo[series.Id]).OrderBy(point => point.Seq)], cancellationToken);
            }
        }
        var writer = new PackedWriter();
        foreach (var series in touched)
        {
            if (open.GetValueOrDefault(series.Id) is { } buckets)
            {
                series.Open = OpenBucketsFormat.Write(buckets, writer);
            }
        }
        return rows.All;
    }

    /// <summary>Summarises a series regardless of its length.</summary>
    /// <returns>Rows to store. The open buckets are in the series.</returns>
    public async Task<IReadOnlyCollection<BucketSummary>> SummarizeAsync(Series series, CancellationToken cancellationToken)
    {
        var points = new List<Point>();
        await foreach (var point in db.PointsAsync(
            [new(series.Id, -PointWriter.FurthestStep, PointWriter.FurthestStep)], cancellationToken))
        {
            points.Add(point);
        }
        await RebuildAsync(series, [.. points.OrderBy(point => point.Seq)], cancellationToken);
        series.Open = open[series.Id] is { } buckets ? OpenBucketsFormat.Write(buckets, new PackedWriter()) : null;
        return rows.All;
    }

    /// <summary>Summarises all points of a series. The spacing of the latest points determines the finest level.</summary>
    private async Task RebuildAsync(Series series, List<Point> points, CancellationToken cancellationToken)
    {
        // Compacted points can't be summarised again.
        if (points.Count < series.PointsStored)
        {
            return;
        }
        if (series.Open is not null)
        {
            await using var delete = db.Command(
                string.Create(CultureInfo.InvariantCulture, $"DELETE FROM summaries WHERE series_id = {series.Id}"));
            await delete.ExecuteNonQueryAsync(cancellationToken);
            rows.Forget(series.Id);
        }
        var buckets = new OpenBuckets(series.Id, FinestLevel(points), []);
        foreach (var point in points)
        {
            buckets.Add(point, rows);
        }
        open[series.Id] = buckets;
    }

    private static bool IsTooCoarse(Series series, OpenBuckets buckets) =>
        buckets.Finest is { Count: > MaxPerBucket } finest && series.PointsStored <= MaxPointsToRebuild
        && LevelFor((finest.LastStep - finest.FirstStep + 1.0) / finest.Count) < buckets.FinestLevel;

    private static int FinestLevel(List<Point> points)
    {
        var latest = points.TakeLast(FewPoints).Select(point => point.Step).ToList();
        var steps = latest.Distinct().Order().ToList();
        var gaps = steps.Zip(steps.Skip(1), (step, next) => next - step).Order().ToList();
        // The median: a single large gap says nothing about the others.
        return LevelFor((gaps.Count == 0 ? 1 : gaps[gaps.Count / 2]) * (double)steps.Count / latest.Count);
    }

    private static int LevelFor(double gap)
    {
        var level = 0;
        while (level < BucketSummary.CoarsestLevel && (double)(1L << (2 * level)) / MinPerBucket < gap)
        {
            level++;
        }
        return level;
    }
}
