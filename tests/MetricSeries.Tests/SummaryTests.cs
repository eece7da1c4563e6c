using Trainyard.MetricSeries.Summaries;

namespace Trainyard.MetricSeries.Tests;

/// <summary>Summaries say the same, however their points were split and in whatever order they were merged.</summary>
public class SummaryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Merging_parts_gives_what_the_points_give(int seed)
    {
        var random = new Random(seed);
        var points = RandomPoints.Of(random, 500);
        var whole = Of(points);

        var parts = points.GroupBy(_ => random.Next(7)).Select(part => Of(part)).ToList();
        var merged = new Totals();
        foreach (var part in parts.OrderBy(_ => random.Next()))
        {
            merged.Include(part);
        }

        AssertSame(whole, merged);
        Assert.Equal(points.Min(point => point.Step), merged.FirstStep);
        Assert.Equal(points.MaxBy(point => (point.Step, point.Seq))?.Seq, merged.LastSeq);
        Assert.Equal(points.Count(point => point.Value is null), merged.NanCount);
        Assert.Equal(points.Count(point => point.Value is { } value && double.IsInfinity(value)), merged.InfiniteCount);
    }

    [Fact]
    public void A_mean_of_the_largest_doubles_does_not_overflow()
    {
        var totals = new Totals();
        for (var seq = 0; seq < 1000; seq++)
        {
            totals.Include(new Point { SeriesId = 1, Step = seq, Seq = seq, Time = 0, Attempt = 1, Value = double.MaxValue });
        }

        Assert.Equal(double.MaxValue, totals.Mean);
    }

    [Fact]
    public void Without_finite_values_there_is_no_minimum_and_no_mean()
    {
        var totals = Of(
        [
            new() { SeriesId = 1, Step = 1, Seq = 0, Time = 0, Attempt = 1, Value = null },
            new() { SeriesId = 1, Step = 2, Seq = 1, Time = 0, Attempt = 1, Value = double.NegativeInfinity },
        ]);

        Assert.Equal((null, null, null), (totals.Min, totals.Max, totals.Mean));
        Assert.Equal((2, 1, 1), (totals.Count, totals.NanCount, totals.InfiniteCount));
        Assert.Equal(double.NegativeInfinity, totals.LastValue);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-1, 1, -1)]
    [InlineData(15, 2, 0)]
    [InlineData(-17, 2, -2)]
    [InlineData(1L << 53, BucketSummary.CoarsestLevel, 2)]
    [InlineData(-(1L << 53), BucketSummary.CoarsestLevel, -2)]
    public void A_bucket_of_level_n_is_four_to_the_n_steps_wide(long step, int level, long bucket) =>
        Assert.Equal(bucket, BucketSummary.BucketOf(step, level));

    internal static Totals Of(IEnumerable<Point> points)
    {
        var totals = new Totals();
        foreach (var point in points)
        {
            totals.Include(point);
        }
        return totals;
    }

    internal static void AssertSame(Summary expected, Summary actual)
    {
        Assert.Equal(
            (expected.FirstStep, expected.LastStep, expected.LastSeq, expected.LastTime, expected.LastValue),
            (actual.FirstStep, actual.LastStep, actual.LastSeq, actual.LastTime, actual.LastValue));
        Assert.Equal(
            (expected.Count, expected.NanCount, expected.InfiniteCount, expected.Min, expected.MinStep, expected.Max, expected.MaxStep),
            (actual.Count, actual.NanCount, actual.InfiniteCount, actual.Min, actual.MinStep, actual.Max, actual.MaxStep));
        var scale = Math.Max(Math.Abs(expected.Total), 1);
        Assert.Equal(expected.Total / scale, actual.Total / scale, tolerance: 1e-12);
    }
}
