namespace Trainyard.MetricSeries.Summaries;

/// <summary>
/// Aggregates of points of one attempt. Merging is associative and commutative except for rounding of the total, so points and parts may
/// be merged in any order.
/// </summary>
public abstract class Summary
{
    // Scaled so that a sum of values near the largest double can't overflow. A power of two is exact. Tiny values would underflow when
    // scaled and don't affect a mean, so they count as 0.
    private const double Scale = 1.0 / (1L << 62);
    private const double Negligible = 1e-280;

    /// <summary>The attempt that logged the points.</summary>
    public int Attempt { get; set; }

    /// <summary>The lowest step.</summary>
    public long FirstStep { get; set; }

    /// <summary>The highest step.</summary>
    public long LastStep { get; set; }

    /// <summary>The last point's sequence number, which orders points at the same step.</summary>
    public long LastSeq { get; set; }

    /// <summary>The last point's time, in microseconds since 1970.</summary>
    public long LastTime { get; set; }

    /// <summary>The last point's value. Null stands for NaN.</summary>
    public double? LastValue { get; set; }

    /// <summary>The number of points.</summary>
    public long Count { get; set; }

    /// <summary>How many of them are NaN.</summary>
    public long NanCount { get; set; }

    /// <summary>How many of them are infinite.</summary>
    public long InfiniteCount { get; set; }

    /// <summary>The lowest finite value; null if there is none.</summary>
    public double? Min { get; set; }

    /// <summary>The first step of the minimum.</summary>
    public long? MinStep { get; set; }

    /// <summary>The highest finite value; null if there is none.</summary>
    public double? Max { get; set; }

    /// <summary>The first step of the maximum.</summary>
    public long? MaxStep { get; set; }

    /// <summary>The sum of the finite values, scaled.</summary>
    public double Total { get; set; }

    /// <summary>The mean of the finite values; null if there is none.</summary>
    public double? Mean => Min is { } min && Max is { } max
        ? Math.Clamp(Total / (Count - NanCount - InfiniteCount) / Scale, min, max)
        : null;

    /// <summary>Adds a point.</summary>
    public void Include(Point point)
    {
        Place(point.Step, point.Step, point.Seq, point.Time, point.Value);
        Count++;
        switch (point.Value)
        {
            case null:
                NanCount++;
                break;
            case { } infinite when double.IsInfinity(infinite):
                InfiniteCount++;
                break;
            case { } value:
                UpdateExtremes(value, point.Step, value, point.Step);
                Total += Math.Abs(value) < Negligible ? 0 : value * Scale;
                break;
        }
    }

    /// <summary>Adds the points of another summary.</summary>
    public void Include(Summary other)
    {
        Place(other.FirstStep, other.LastStep, other.LastSeq, other.LastTime, other.LastValue);
        (Count, NanCount, InfiniteCount) = (Count + other.Count, NanCount + other.NanCount, InfiniteCount + other.InfiniteCount);
        if (other is { Min: { } min, MinStep: { } minStep, Max: { } max, MaxStep: { } maxStep })
        {
            UpdateExtremes(min, minStep, max, maxStep);
        }
        Total += other.Total;
    }

    /// <summary>Updates first and last step. Call it before counting: it needs the old count.</summary>
    private void Place(long first, long last, long seq, long time, double? value)
    {
        FirstStep = Count == 0 ? first : Math.Min(FirstStep, first);
        if (Count == 0 || last > LastStep || (last == LastStep && seq >= LastSeq))
        {
            (LastStep, LastSeq, LastTime, LastValue) = (last, seq, time, value);
        }
    }

    private void UpdateExtremes(double min, long minStep, double max, long maxStep)
    {
        if (Min is null || min < Min || (min == Min && minStep < MinStep))
        {
            (Min, MinStep) = (min, minStep);
        }
        if (Max is null || max > Max || (max == Max && maxStep < MaxStep))
        {
            (Max, MaxStep) = (max, maxStep);
        }
    }
}

/// <summary>Aggregates across buckets.</summary>
public sealed class Totals : Summary;
