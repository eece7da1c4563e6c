using System.Runtime.CompilerServices;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>
/// Reads the summaries that a selection covers. Where it cuts a bucket, descends into finer levels and finally points. That takes a few
/// rows per level and cut, regardless of the length of the series.
/// </summary>
internal static class SummaryReader
{
    /// <summary>
    /// Aggregates of the selected points by series. All series must have open buckets; series without selected points are absent.
    /// </summary>
    public static async Task<Dictionary<long, Totals>> TotalsAsync(
        StoreContext db, IEnumerable<OpenBuckets> series, Selection selection, CancellationToken cancellationToken)
    {
        var totals = new Dictionary<long, Totals>();
        var byId = series.ToDictionary(buckets => buckets.SeriesId);
        // Buckets older than the coarsest open one are part of a coarser level, unless that is the coarsest possible.
        var all = byId.Values.SelectMany(buckets => buckets.Buckets).ToList();
        foreach (var buckets in byId.Values.Where(buckets => buckets.CoarsestLevel == BucketSummary.CoarsestLevel))
        {
            all.AddRange(await db.BucketsAsync(buckets.SeriesId, BucketSummary.CoarsestLevel, -4, 4, selection.Attempt, cancellationToken));
        }
        await foreach (var summary in SelectAsync(db, byId, all, selection, cancellationToken))
        {
            if (!totals.TryGetValue(summary.SeriesId, out var total))
            {
                totals.Add(summary.SeriesId, total = new Totals());
            }
            total.Include(summary);
        }
        return totals;
    }

    /// <summary>The selected points as summaries no coarser than a level, in any order.</summary>
    public static async IAsyncEnumerable<BucketSummary> BucketsAsync(
        StoreContext db, OpenBuckets series, int level, Selection selection, Totals extent,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, to) = (BucketSummary.BucketOf(extent.FirstStep, level), BucketSummary.BucketOf(extent.LastStep, level));
        var rows = await db.BucketsAsync(series.SeriesId, level, from, to, selection.Attempt, cancellationToken);
        rows.AddRange(series.Buckets.Where(bucket => bucket.Level <= level));
        await foreach (var summary in SelectAsync(db, new() { [series.SeriesId] = series }, rows, selection, cancellationToken))
        {
            yield return summary;
        }
    }

    private static async IAsyncEnumerable<BucketSummary> SelectAsync(
        StoreContext db, Dictionary<long, OpenBuckets> series, List<BucketSummary> next, Selection selection,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cut = new List<BucketSummary>();
        var finest = new List<BucketSummary>();
        while (true)
        {
            foreach (var summary in next)
            {
                switch (selection.Of(summary))
                {
                    case Share.All:
                        yield return summary;
                        break;
                    case Share.Part when summary.Level == series[summary.SeriesId].FinestLevel:
                        finest.Add(summary);
                        break;
                    case Share.Part:
                        cut.Add(summary);
                        break;
                }
            }
            if (cut.Count == 0)
            {
                break;
            }
            next = await db.PartsAsync(cut, cancellationToken);
            cut.Clear();
        }
        await foreach (var summary in FromPointsAsync(db, finest, selection, cancellationToken))
        {
            yield return summary;
        }
    }

    private static async IAsyncEnumerable<BucketSummary> FromPointsAsync(
        StoreContext db, List<BucketSummary> finest, Selection selection,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cuts = finest.ToDictionary(summary => (summary.SeriesId, summary.Bucket, summary.Attempt), summary => new Cut(summary));
        var level = finest.DistinctBy(summary => summary.SeriesId).ToDictionary(summary => summary.SeriesId, summary => summary.Level);
        var ranges = finest.Select(summary => new PointRange(summary.SeriesId, summary.FirstStep, summary.LastStep, summary.Attempt));
        await foreach (var point in db.PointsAsync(ranges, cancellationToken))
        {
            var bucket = BucketSummary.BucketOf(point.Step, level[point.SeriesId]);
            cuts[(point.SeriesId, bucket, point.Attempt)].Add(point, selection);
        }
        foreach (var cut in cuts.Values)
        {
            if (cut.Selected(selection) is { } selected)
            {
                yield return selected;
            }
        }
    }

    /// <summary>A bucket of the finest level that the selection cuts.</summary>
    private sealed class Cut(BucketSummary whole)
    {
        private readonly BucketSummary part = new()
        {
            SeriesId = whole.SeriesId,
            Level = whole.Level,
            Bucket = whole.Bucket,
            Attempt = whole.Attempt,
        };
        private long points;

        public void Add(Point point, Selection selection)
        {
            points++;
            if (selection.Has(point.Attempt, point.Step))
            {
                part.Include(point);
            }
        }

        /// <summary>Once points are compacted, the bucket can't be cut. It then counts as a whole if its last step is selected.</summary>
        public BucketSummary? Selected(Selection selection) => points == whole.Count
            ? part.Count > 0 ? part : null
            : selection.Has(whole.Attempt, whole.LastStep) ? whole : null;
    }
}
