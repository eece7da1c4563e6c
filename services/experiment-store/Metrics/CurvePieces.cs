using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>All there is of a short stretch of a curve: points, and the minutes that stand in for those that gave way.</summary>
internal sealed class CurvePieces
{
    private const int FewPerMinute = 16;

    private readonly List<Point> points = [];
    private readonly List<MinuteSummary> minutes = [];
    private readonly Totals all = new();

    /// <summary>Whether minutes hold more points than buckets of the finest level do.</summary>
    public bool AreCoarse => minutes.Count > 0 && all.Count > FewPerMinute * (long)(points.Count + minutes.Count);

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

    public Curve Draw(string name, int most, bool tellAttempt)
    {
        if (minutes.Count == 0 && points.Count <= most)
        {
            return new(name, points.Count, Summarised: false, [.. points.OrderBy(point => point.Step).ThenBy(point => point.Seq).Select(point => new CurvePoint(
                point.Step, UnixTime.FromMicroseconds(point.Time), point.Value ?? double.NaN, tellAttempt ? point.Attempt : null))], Buckets: null);
        }
        var grid = new BucketGrid(all, 0, most);
        points.ForEach(grid.Add);
        minutes.ForEach(grid.Add);
        return new(name, all.Count, Summarised: true, Points: null, grid.Buckets());
    }
}
