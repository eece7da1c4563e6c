
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>
/// What is known of some points of one attempt without reading them. Merging is associative and commutative but for the rounding
/// of the total, so it does not matter in which order points and parts came together.
/// </summary>
internal abstract class Summary
{
    // Sums of finite values near the largest double would overflow; a power of two changes no digit. Scaled down, smaller values
    // would fall below the smallest double; in a mean they are nothing.
    private const double Scale = 1.0 / (1L << 62);
    private const double Nothing = 1e-280;

    public int Attempt { get; set; }

    public long FirstStep { get; set; }

    public long LastStep { get; set; }

    /// <summary>The last point's place in the order of arrival: of two points at one step the later is the last.</summary>
    public long LastSeq { get; set; }

    public long LastTime { get; set; }

    /// <summary>Null is NaN.</summary>
    public double? LastValue { get; set; }

    public long Count { get; set; }

    public long NanCount { get; set; }

    public long InfiniteCount { get; set; }

    public double? Min { get; set; }

    /// <summary>The first step with the least finite value.</summary>
    public long? MinStep { get; set; }

    public double? Max { get; set; }

    public long? MaxStep { get; set; }

    /// <summary>The sum of the finite values, scaled.</summary>
    public double Total { get; set; }

    public double? Mean => Min is { } min && Max is { } max ? Math.Clamp(Total / (Count - NanCount - InfiniteCount) / Scale, min, max) : null;

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
                Reach(value, point.Step, value, point.Step);
                Total += Math.Abs(value) < Nothing ? 0 : value * Scale;
                break;
        }
    }

    public void Include(Summary other)
    {
        Place(other.FirstStep, other.LastStep, other.LastSeq, other.LastTime, other.LastValue);
        (Count, NanCount, InfiniteCount) = (Count + other.Count, NanCount + other.NanCount, InfiniteCount + other.InfiniteCount);
        if (other is { Min: { } min, MinStep: { } minStep, Max: { } max, MaxStep: { } maxStep })
        {
            Reach(min, minStep, max, maxStep);
        }
        Total += other.Total;
    }

    /// <summary>Before anything is counted: first and last step come from it.</summary>
    private void Place(long first, long last, long seq, long time, double? value)
    {
        FirstStep = Count == 0 ? first : Math.Min(FirstStep, first);
        if (Count == 0 || last > LastStep || (last == LastStep && seq >= LastSeq))
        {
            (LastStep, LastSeq, LastTime, LastValue) = (last, seq, time, value);
        }
    }

    private void Reach(double min, long minStep, double max, long maxStep)
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

/// <summary>The points of whichever buckets, together.</summary>
internal sealed class Totals : Summary;
