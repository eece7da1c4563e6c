using Trainyard.MetricSeries.Summaries;

namespace Trainyard.MetricSeries.Tests;

/// <summary>At each level, every point is in exactly one place: a row of that level, or the open bucket of that or a finer level.</summary>
public class OpenBucketsTests
{
    private const int FinestLevel = 2;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1000)]
    [InlineData(3, 1L << 40)]
    public void Every_level_has_all_points_also_after_packing(int seed, long spacing)
    {
        var points = RandomPoints.Of(new Random(seed), 300, spacing);
        var (rows, open) = (new SummaryRows(), new OpenBuckets(1, FinestLevel, []));
        var writer = new PackedWriter();

        foreach (var (index, point) in points.Index())
        {
            open.Add(point, rows);
            if (index % 10 == 0)
            {
                open = OpenBucketsFormat.Read(1, OpenBucketsFormat.Write(open, writer));
            }
        }

        for (var level = FinestLevel; level <= open.CoarsestLevel; level++)
        {
            var total = new Totals();
            foreach (var part in rows.All.Where(row => row.Level == level).Concat(open.Buckets.Where(bucket => bucket.Level <= level)))
            {
                total.Include(part);
            }
            SummaryTests.AssertSame(SummaryTests.Of(points), total);
        }
    }

    [Fact]
    public void Points_in_order_close_each_bucket_once()
    {
        var (closed, open) = (new List<(int, long)>(), new OpenBuckets(1, finestLevel: 0, []));
        for (var step = 0; step < 64; step++)
        {
            var rows = new SummaryRows();
            open.Add(new() { SeriesId = 1, Step = step, Seq = step, Time = step, Attempt = 1, Value = step }, rows);
            closed.AddRange(rows.All.Select(row => (row.Level, row.Bucket)));
        }

        Assert.Equal(closed.Distinct(), closed);
        Assert.Equal([63, 15, 3], Enumerable.Range(0, 3).Select(level => closed.Count(bucket => bucket.Item1 == level)));
    }

    [Fact]
    public void A_later_version_is_refused()
    {
        var open = new OpenBuckets(1, FinestLevel, []);
        open.Add(new() { SeriesId = 1, Step = 1, Seq = 0, Time = 0, Attempt = 1, Value = 1 }, new SummaryRows());
        var bytes = OpenBucketsFormat.Write(open, new PackedWriter());
        bytes[0]++;

        Assert.Contains("Update Trainyard", Assert.Throws<InvalidDataException>(() => OpenBucketsFormat.Read(1, bytes)).Message,
            StringComparison.Ordinal);
    }
}
