using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>A metric update, and how much of what its transaction announces comes before it.</summary>
internal readonly record struct PlacedUpdate(int Behind, MetricUpdate Update);

/// <summary>Gives what a run has logged in one transaction its places: steps, and the order in each series.</summary>
internal sealed class PointPlacement(
    RunPoints run, Dictionary<SeriesName, Series> series, List<Point> points, SummaryWriter summaries, long arrived, long? storedStep)
{
    /// <summary>What the names of a machine's series begin with. Their steps count samples.</summary>
    public const string MachinePrefix = "system/";

    private readonly Dictionary<int, long> until = run.Attempts.ToDictionary(attempt => attempt.Number, attempt => attempt.UntilStep);

    // Series whose summaries still end with what this transaction has replaced.
    private readonly Dictionary<long, long> continued = [];
    private long? placedStep;

    /// <returns>What subscribers are told.</returns>
    public List<PlacedUpdate> Place()
    {
        var updates = new List<PlacedUpdate>();
        foreach (var values in run.Values.Where(values => PointWriter.IsStep(values.Step)))
        {
            if (Place(values) is { } update)
            {
                updates.Add(new(values.Announced, update));
            }
        }
        return updates;
    }

    private MetricUpdate? Place(LoggedValues values)
    {
        var shown = new Dictionary<string, double>(StringComparer.Ordinal);
        var at = values.Step;
        foreach (var (name, value) in values.Measurements)
        {
            if (!series.TryGetValue(new(run.Run.Id, name), out var one) || (values.Final && IsLast(one, values.Step, value)))
            {
                continue;
            }
            var point = new Point
            {
                SeriesId = one.Id,
                Step = values.Step ?? (values.Final ? Reached(values.Attempt) : Next(one, values.Attempt)),
                Seq = one.PointsStored++,
                Time = values.Time,
                Attempt = values.Attempt,
                Value = double.IsNaN(value) ? null : value,
            };
            points.Add(point);
            one.OldestRaw ??= arrived;
            summaries.Add(one, point);
            if (point.Step < until.GetValueOrDefault(values.Attempt, long.MaxValue))
            {
                one.Include(point);
                shown[name] = value;
                at ??= point.Step;
                placedStep = name.StartsWith(MachinePrefix, StringComparison.Ordinal) ? placedStep
                    : Math.Max(placedStep ?? point.Step, point.Step);
            }
        }
        return shown.Count == 0 ? null : new(run.Run.Id, at ?? 0, shown);
    }

    private static bool IsLast(Series one, long? step, double value) =>
        one.LastStep is { } last && (step ?? last) == last && value.Equals(one.LastValue ?? double.NaN);

    /// <summary>The last step the run has reached: where final values belong that name none.</summary>
    private long Reached(int attempt) =>
        (attempt == run.Run.Attempt ? run.Run.Step : null) ?? Math.Max(storedStep ?? long.MinValue, placedStep ?? long.MinValue) switch
        {
            long.MinValue => 0,
            var last => last,
        };

    private long Next(Series one, int attempt)
    {
        if (attempt == run.Run.Attempt && run.ReplacedFrom is { } from && one.LastStep >= from)
        {
            return continued[one.Id] = continued.TryGetValue(one.Id, out var before) ? before + 1 : from;
        }
        return one.LastStep is { } last && last < PointWriter.FurthestStep ? last + 1 : 0;
    }
}
