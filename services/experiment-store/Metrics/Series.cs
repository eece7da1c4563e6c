using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Metrics;

internal readonly record struct SeriesName(string RunId, string Name);

/// <summary>One metric of one run, with aggregates of its clean curve: the points that no later attempt supersedes.</summary>
internal sealed class Series : IOfRun
{
    public long Id { get; set; }

    public required string RunId { get; init; }

    public required string Name { get; init; }

    public long Count { get; set; }

    public long NanCount { get; set; }

    public long InfiniteCount { get; set; }

    /// <summary>Number of points ever stored, including superseded ones. The next point's sequence number.</summary>
    public long PointsStored { get; set; }

    public long? LastStep { get; set; }

    public long? LastTime { get; set; }

    /// <summary>Null stands for NaN if there is a last step.</summary>
    public double? LastValue { get; set; }

    public double? Min { get; set; }

    public long? MinStep { get; set; }

    public double? Max { get; set; }

    public long? MaxStep { get; set; }

    /// <summary>The newest bucket of each level of its summaries; null while it is short enough to read point by point.</summary>
    public byte[]? Open { get; set; }

    /// <summary>Number of points that were compacted into minutes.</summary>
    public long Merged { get; set; }

    /// <summary>When its points arrived; see <see cref="Trainyard.MetricSeries.Receipts"/>.</summary>
    public byte[]? Receipts { get; set; }

    /// <summary>Latest arrival time of the oldest points that retention has not processed, by the store's clock.</summary>
    public long? OldestRaw { get; set; }

    /// <summary>The oldest minute that is not archived, in minutes since 1970.</summary>
    public long? OldestMinute { get; set; }

    /// <summary>Sort keys of runs: copies of the last value, minimum and maximum.</summary>
    public double? SortLast { get; init; }

    public double? SortMin { get; init; }

    public double? SortMax { get; init; }

    /// <summary>Adds a point of the clean curve to the aggregates.</summary>
    public void Include(Point point)
    {
        Count++;
        if (LastStep is null || point.Step >= LastStep)
        {
            (LastStep, LastTime, LastValue) = (point.Step, point.Time, point.Value);
        }
        switch (point.Value)
        {
            case null:
                NanCount++;
                break;
            case { } infinite when double.IsInfinity(infinite):
                InfiniteCount++;
                break;
            case { } value:
                if (Min is null || value < Min || (value == Min && point.Step < MinStep))
                {
                    (Min, MinStep) = (value, point.Step);
                }
                if (Max is null || value > Max || (value == Max && point.Step < MaxStep))
                {
                    (Max, MaxStep) = (value, point.Step);
                }
                break;
        }
    }
}
