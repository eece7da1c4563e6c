using System.Globalization;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>Takes the points of one transaction into the summaries of their series.</summary>
internal sealed class SummaryWriter(StoreContext db)
{
    /// <summary>Shorter series are read point by point.</summary>
    public const int FewPoints = 256;

    // From how many points to four times as many a bucket of the finest level is to have.
    private const int FewestPerBucket = 16;
    // One that has more is too coarse: its series logs more often than when its first points were looked at.
    private const int MaxPerBucket = 256;
    private const int MaxToDoAgain = 20_000;

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

    /// <param name="touched">The series that points were added to.</param>
    /// <param name="added">Their points, not stored yet.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The rows to merge into those stored. What stays open is in the series.</returns>
    public async Task<IReadOnlyCollection<BucketSummary>> CompleteAsync(
        IReadOnlyCollection<Series> touched, IReadOnlyList<Point> added, CancellationToken cancellationToken)
    {
        var again = touched.Where(one => open.TryGetValue(one.Id, out var buckets) && (buckets is null ? one.PointsStored >= FewPoints : IsTooCoarse(one, buckets))).ToList();
        if (again.Count > 0)
        {
            var addedTo = added.ToLookup(point => point.SeriesId);
            var stored = await db.PointsAsync(
                    again.Where(one => one.PointsStored > addedTo[one.Id].Count())
                        .Select(one => new PointRange(one.Id, -PointWriter.FurthestStep, PointWriter.FurthestStep)), cancellationToken)
                .ToLookupAsync(point => point.SeriesId, cancellationToken: cancellationToken);
            foreach (var series in again)
            {
                await FoldAsync(series, [.. stored[series.Id].Concat(addedTo[series.Id]).OrderBy(point => point.Seq)], cancellationToken);
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

    /// <summary>Summarises a series now, however short it is.</summary>
    /// <returns>The rows to be stored. What stays open is in the series.</returns>
    public async Task<IReadOnlyCollection<BucketSummary>> SummarizeAsync(Series series, CancellationToken cancellationToken)
    {
        var points = new List<Point>();
        await foreach (var point in db.PointsAsync([new(series.Id, -PointWriter.FurthestStep, PointWriter.FurthestStep)], cancellationToken))
        {
            points.Add(point);
        }
        await FoldAsync(series, [.. points.OrderBy(point => point.Seq)], cancellationToken);
        series.Open = open[series.Id] is { } buckets ? OpenBucketsFormat.Write(buckets, new PackedWriter()) : null;
        return rows.All;
    }

    /// <summary>Makes summaries of all of a series' points, as fine as its latest are close together.</summary>
    private async Task FoldAsync(Series series, List<Point> points, CancellationToken cancellationToken)
    {
        // Points that retention has merged can't be summarised again.
        if (points.Count < series.PointsStored)
        {
            return;
        }
        if (series.Open is not null)
        {
            await using var delete = db.Command(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM summaries WHERE series_id = {series.Id}"));
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
        buckets.Finest is { Count: > MaxPerBucket } finest && series.PointsStored <= MaxToDoAgain
        && LevelFor((finest.LastStep - finest.FirstStep + 1.0) / finest.Count) < buckets.FinestLevel;

    private static int FinestLevel(List<Point> points)
    {
        var latest = points.TakeLast(FewPoints).Select(point => point.Step).ToList();
        var steps = latest.Distinct().Order().ToList();
        var gaps = steps.Zip(steps.Skip(1), (step, next) => next - step).Order().ToList();
        // The middle one: a single far step says nothing about the others.
        return LevelFor((gaps.Count == 0 ? 1 : gaps[gaps.Count / 2]) * (double)steps.Count / latest.Count);
    }

    private static int LevelFor(double gap)
    {
        var level = 0;
        while (level < BucketSummary.CoarsestLevel && (double)(1L << (2 * level)) / FewestPerBucket < gap)
        {
            level++;
        }
        return level;
    }
}
