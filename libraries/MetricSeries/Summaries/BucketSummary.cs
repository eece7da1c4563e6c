namespace Trainyard.MetricSeries.Summaries;

/// <summary>Summarises the points of one attempt in a range of steps. A bucket of level n is 4ⁿ steps wide.</summary>
public sealed class BucketSummary : Summary
{
    /// <summary>Steps span 2⁵⁴, so that there are four buckets at the coarsest level.</summary>
    public const int CoarsestLevel = 26;

    /// <summary>The series.</summary>
    public required long SeriesId { get; init; }

    /// <summary>From 0, one step wide, to <see cref="CoarsestLevel"/>.</summary>
    public required int Level { get; init; }

    /// <summary>Step divided by width, rounded down.</summary>
    public required long Bucket { get; init; }

    /// <summary>What identifies it.</summary>
    public (long SeriesId, int Level, long Bucket, int Attempt) Key => (SeriesId, Level, Bucket, Attempt);

    /// <summary>The bucket of a step. Rounds down, also for negative steps.</summary>
    public static long BucketOf(long step, int level) => step >> (2 * level);

    /// <summary>An empty summary of the bucket that a step belongs to.</summary>
    public static BucketSummary At(long seriesId, int level, int attempt, long step) =>
        new() { SeriesId = seriesId, Level = level, Bucket = BucketOf(step, level), Attempt = attempt };

    /// <summary>A copy that covers the enclosing bucket of a coarser level.</summary>
    public BucketSummary At(int level)
    {
        var coarser = At(SeriesId, level, Attempt, LastStep);
        coarser.Include(this);
        return coarser;
    }
}
