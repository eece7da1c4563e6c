
namespace Trainyard.ExperimentStore.Metrics.Summaries;

/// <summary>The points of one attempt in a range of steps. A bucket of level n is 4ⁿ steps wide: a quarter of one of the next level.</summary>
internal sealed class BucketSummary : Summary
{
    /// <summary>Steps span 2⁵⁴, so that there are four buckets at the coarsest level.</summary>
    public const int CoarsestLevel = 26;

    public required long SeriesId { get; init; }

    public required int Level { get; init; }

    /// <summary>Step divided by width, rounded down.</summary>
    public required long Bucket { get; init; }

    public (long SeriesId, int Level, long Bucket, int Attempt) Key => (SeriesId, Level, Bucket, Attempt);

    /// <summary>Rounds down below zero too.</summary>
    public static long BucketOf(long step, int level) => step >> (2 * level);

    public static BucketSummary At(long seriesId, int level, int attempt, long step) =>
        new() { SeriesId = seriesId, Level = level, Bucket = BucketOf(step, level), Attempt = attempt };

    /// <summary>The same as a part of the bucket it lies in at a coarser level.</summary>
    public BucketSummary At(int level)
    {
        var coarser = At(SeriesId, level, Attempt, LastStep);
        coarser.Include(this);
        return coarser;
    }
}
