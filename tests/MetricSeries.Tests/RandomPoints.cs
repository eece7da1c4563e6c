namespace Trainyard.MetricSeries.Tests;

/// <summary>Points of one series and attempt with values and steps at every extreme, in random order.</summary>
internal static class RandomPoints
{
    private static readonly double[] Extremes =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, -0.0, 0];

    public static List<Point> Of(Random random, int count, long spacing = 1) =>
    [
        .. from seq in Enumerable.Range(0, count)
           let value = random.Next(8) == 0 ? Extremes[random.Next(Extremes.Length)] : random.NextDouble() * 10
           select new Point
           {
               SeriesId = 1,
               Step = random.NextInt64(-count, count) * spacing,
               Seq = seq,
               Time = 1_772_625_600_000_000 + (seq * 1_000_000L),
               Attempt = 1,
               Value = double.IsNaN(value) ? null : value,
           },
    ];
}
