using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>A short range of a curve: its points, and the minutes into which older points were compacted.</summary>
internal sealed class CurvePieces
{
    private const int MaxPointsPerPiece = 16;

    private readonly List<Point> points = [];
    private readonly List<MinuteSummary> minutes = [];
    private readonly Totals all = new();

    /// <summary>True if the minutes are coarser than the finest level of summaries.</summary>
    public bool AreCoarse => minutes.Count > 0 && all.Count > MaxPointsPerPiece * (long)(points.Count + minutes.Count);

    public void Add(Point point)
    {
        points.Add(point);
        all.Include(point);
    }

    public void Add(MinuteSummary minute)
    {
        if (minute.AsPoint() is { } point)
        {
            Add(point);
            return;
        }
        minutes.Add(minute);
        all.Include(minute);
    }

    public Curve Draw(string name, int maxPoints, bool withAttempt)
    {
        if (minutes.Count == 0 && points.Count <= maxPoints)
        {
            var drawn = points.OrderBy(point => point.Step).ThenBy(point => point.Seq).Select(point => new CurvePoint(
                point.Step, UnixTime.FromMicroseconds(point.Time), point.Value ?? double.NaN, withAttempt ? point.Attempt : null));
            return new(name, points.Count, Summarised: false, [.. drawn], Buckets: null);
        }
        var grid = new BucketGrid(all, 0, maxPoints);
        points.ForEach(grid.Add);
        minutes.ForEach(grid.Add);
        return new(name, all.Count, Summarised: true, Points: null, CurveBucket.Of(grid));
    }
}
