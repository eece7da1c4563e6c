using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

internal readonly record struct SeriesName(string RunId, string Name);

/// <summary>One metric of one run, and the summary of its clean curve: the points no later attempt has replaced.</summary>
internal sealed class Series : IOfRun
{
    public long Id { get; set; }

    public required string RunId { get; init; }

    public required string Name { get; init; }

    public long Count { get; set; }

    public long NanCount { get; set; }

    public long InfiniteCount { get; set; }

    /// <summary>Points ever stored, replaced ones too: the next point's place in the order of arrival.</summary>
    public long PointsStored { get; set; }

    public long? LastStep { get; set; }

    public long? LastTime { get; set; }

    /// <summary>Null is NaN when there is a last step.</summary>
    public double? LastValue { get; set; }

    public double? Min { get; set; }

    public long? MinStep { get; set; }

    public double? Max { get; set; }

    public long? MaxStep { get; set; }

    /// <summary>The newest bucket of each level of its summaries; null while it is short enough to be read point by point.</summary>
    public byte[]? Open { get; set; }

    /// <summary>How many of its points have given way to minutes.</summary>
    public long Merged { get; set; }

    /// <summary>When its points arrived; see <see cref="Metrics.Receipts"/>.</summary>
    public byte[]? Receipts { get; set; }

    /// <summary>Before or at which moment the oldest points retention has not looked at had arrived, by the store's clock.</summary>
    public long? OldestRaw { get; set; }

    /// <summary>The oldest minute that is not archived, since 1970.</summary>
    public long? OldestMinute { get; set; }

    /// <summary>Copies of the values runs are ordered by.</summary>
    public double? SortLast { get; init; }

    public double? SortMin { get; init; }

    public double? SortMax { get; init; }

    /// <summary>Takes a point of the clean curve into the summary.</summary>
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
