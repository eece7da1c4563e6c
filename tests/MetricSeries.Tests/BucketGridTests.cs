using Trainyard.MetricSeries.Summaries;

namespace Trainyard.MetricSeries.Tests;

public class BucketGridTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Buckets_are_few_ordered_apart_and_hold_every_point(int maxBuckets)
    {
        var points = RandomPoints.Of(new Random(maxBuckets), 1000);
        var extent = SummaryTests.Of(points);
        var grid = new BucketGrid(extent, level: 0, maxBuckets);

        points.ForEach(grid.Add);

        var buckets = grid.Buckets();
        Assert.InRange(buckets.Count, 1, maxBuckets);
        Assert.All(buckets.Zip(buckets.Skip(1)), pair => Assert.True(pair.First.LastStep < pair.Second.FirstStep));
        var total = new Totals();
        foreach (var bucket in buckets)
        {
            total.Include(bucket);
        }
        SummaryTests.AssertSame(extent, total);
    }
}
