using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>A metric update, and the number of announcements of the transaction that precede it.</summary>
internal readonly record struct PlacedUpdate(int Behind, MetricUpdate Update);

/// <summary>Assigns steps and sequence numbers to the values that a run logs in one transaction.</summary>
internal sealed class PointPlacement(
    RunPoints run, Dictionary<SeriesName, Series> series, List<Point> points, SummaryWriter summaries, long arrived, long? storedStep)
{
    /// <summary>Name prefix of a machine's series. Their steps count samples.</summary>
    public const string MachinePrefix = "system/";

    private readonly Dictionary<int, long> until = run.Attempts.ToDictionary(attempt => attempt.Number, attempt => attempt.UntilStep);

    // The last assigned step of series whose aggregates still include points that this transaction supersedes.
    private readonly Dictionary<long, long> continued = [];
    private long? placedStep;

    /// <summary>The number of values without a step that follow the last possible step of their series. They are not stored.</summary>
    public int WithoutNextStep { get; private set; }

    /// <returns>Updates for subscribers.</returns>
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
            if (!series.TryGetValue(new(run.Run.Id, name), out var target) || (values.Final && IsLast(target, values.Step, value)))
            {
                continue;
            }
            if ((values.Step ?? (values.Final ? LastStepOf(values.Attempt) : Next(target, values.Attempt))) is not { } step)
            {
                WithoutNextStep++;
                continue;
            }
            var point = new Point
            {
                SeriesId = target.Id,
                Step = step,
                Seq = target.PointsStored++,
                Time = values.Time,
                Attempt = values.Attempt,
                Value = double.IsNaN(value) ? null : value,
            };
            points.Add(point);
            target.OldestRaw ??= arrived;
            summaries.Add(target, point);
            if (point.Step < until.GetValueOrDefault(values.Attempt, long.MaxValue))
            {
                target.Include(point);
                shown[name] = value;
                at ??= point.Step;
                placedStep = name.StartsWith(MachinePrefix, StringComparison.Ordinal) ? placedStep
                    : Math.Max(placedStep ?? point.Step, point.Step);
            }
        }
        return shown.Count == 0 ? null : new(run.Run.Id, at ?? 0, shown);
    }

    private static bool IsLast(Series target, long? step, double value) =>
        target.LastStep is { } last && (step ?? last) == last && value.Equals(target.LastValue ?? double.NaN);

    /// <summary>The last step of the run, which final values without a step get.</summary>
    private long LastStepOf(int attempt) =>
        (attempt == run.Run.Attempt ? run.Run.Step : null) ?? Math.Max(storedStep ?? long.MinValue, placedStep ?? long.MinValue) switch
        {
            long.MinValue => 0,
            var last => last,
        };

    /// <summary>The step after the last one of a series; null if that is the last possible step.</summary>
    private long? Next(Series target, int attempt)
    {
        var replaces = attempt == run.Run.Attempt && run.ReplacedFrom is { } from && target.LastStep >= from;
        long? last = !replaces ? target.LastStep
            : continued.TryGetValue(target.Id, out var before) ? before : run.ReplacedFrom - 1;
        if (last >= PointWriter.FurthestStep)
        {
            return null;
        }
        var next = last + 1 ?? 0;
        if (replaces)
        {
            continued[target.Id] = next;
        }
        return next;
    }
}
