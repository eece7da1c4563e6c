using Trainyard.MetricSeries.Retention;

namespace Trainyard.MetricSeries.Tests;

public class ArchiveTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Minutes_are_read_as_they_were_written(int seed)
    {
        var random = new Random(seed);
        var minutes = RandomPoints.Of(random, 400, spacing: 1L << 40)
            .GroupBy(point => (MinuteSummary.MinuteOf(point.Time), Replaced: point.Seq % 2 == 0))
            .Select(group =>
            {
                var minute = new MinuteSummary { SeriesId = 1, Minute = group.Key.Item1, Replaced = group.Key.Replaced, Attempt = 3 };
                foreach (var point in group)
                {
                    minute.Include(point);
                }
                return minute;
            }).ToList();

        var archive = Archive.Of(1, minutes);
        var read = ArchiveFormat.Read(1, archive.Data);

        Assert.Equal(minutes.Count, archive.Minutes);
        Assert.Equal(minutes.Select(minute => minute.Key), read.Select(minute => minute.Key));
        Assert.All(minutes.Zip(read), pair => SummaryTests.AssertSame(pair.First, pair.Second));
        Assert.Equal(minutes.Min(minute => minute.FirstStep), archive.FirstStep);
        Assert.Equal(minutes.Max(minute => minute.LastStep), archive.LastStep);
    }

    [Fact]
    public void A_minute_of_one_point_is_that_point()
    {
        var point = RandomPoints.Of(new Random(5), 1)[0];
        var minute = new MinuteSummary { SeriesId = 1, Minute = MinuteSummary.MinuteOf(point.Time), Replaced = false, Attempt = 1 };
        minute.Include(point);

        var read = Assert.Single(ArchiveFormat.Read(1, ArchiveFormat.Write([minute]))).AsPoint();

        Assert.Equal((point.Step, point.Seq, point.Time, point.Value), (read?.Step, read?.Seq, read?.Time, read?.Value));
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(0, 0)]
    [InlineData(59_999_999, 0)]
    [InlineData(60_000_000, 1)]
    public void A_minute_starts_at_its_first_microsecond(long time, long minute) => Assert.Equal(minute, MinuteSummary.MinuteOf(time));
}
