using System.Globalization;

namespace Trainyard.Harness.Chaos;

/// <summary>Holds what is stored against what was asked and answered, and finds every promise that was not kept.</summary>
public static class HistoryChecker
{
    public const string Lost = "an acknowledged event is missing";
    public const string Doubled = "an event is stored twice";
    public const string Refused = "a refused event is stored";
    public const string Unheard = "an event is stored that nobody sent";
    public const string Mixed = "a curve is not that of one attempt at a time";
    public const string Ended = "a run did not end as it should";
    public const string Published = "a published file is not that of the attempt the database names";
    public const string ReadyLie = "readiness said ready while posts failed";
    public const string NotReadyLie = "readiness said not ready while everything worked";

    /// <param name="history">What was asked and answered.</param>
    /// <param name="state">What is stored.</param>
    /// <param name="tolerance">How long readiness may be wrong; as <see cref="ChaosLimits.Usual"/> has it when null.</param>
    public static IReadOnlyList<Violation> Check(History history, FinalState state, TimeSpan? tolerance = null)
    {
        var tries = history.Tries.ToLookup(one => one.Run, StringComparer.Ordinal);
        return
        [
            .. tries.Where(run => run.Any(one => one.Answer is Answer.Accepted) && state.Outside.All(stored => stored.Id != run.Key))
                .Select(run => new Violation(Lost, $"{run.Key}: the whole run is not there.")),
            .. state.Outside.SelectMany(run => Check(run, [.. tries[run.Id]])),
            .. history.Own.Where(queued => state.Own.All(stored => stored.Id != queued.Run))
                .Select(queued => new Violation(Lost, $"{queued.Run}: the whole run is not there.")),
            .. state.Own.SelectMany(Check),
            .. ReadinessChecker.Check(history, tolerance ?? ChaosLimits.Usual.Readiness),
        ];
    }

    private static IEnumerable<Violation> Check(OutsideRun run, IReadOnlyList<Tried> tries)
    {
        var requests = tries.GroupBy(one => one.Key, StringComparer.Ordinal)
            .Select(all => new Request(all.First(), all.Select(one => one.Answer).ToHashSet()))
            .ToList();
        var points = requests.FindAll(request => request.First.Said is Said.Point);
        var lines = run.Lines.CountBy(line => line, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var stored = run.Points.CountBy(Place).ToDictionary();
        foreach (var request in points)
        {
            var one = request.First;
            var line = lines.GetValueOrDefault(one.Key);
            var point = stored.GetValueOrDefault((one.Step, one.Attempt));
            var what = $"{run.Id}: step {one.Step} of attempt {one.Attempt}, key {one.Key}: {point} points and {line} lines, "
                + $"answered {string.Join(", ", request.Answers)}.";
            if (request.Kept && (line == 0 || point == 0))
            {
                yield return new(Lost, what);
            }
            if (line > 1 || point > 1)
            {
                yield return new(Doubled, what);
            }
            if (request.NotKept && (line > 0 || point > 0))
            {
                yield return new(Refused, what);
            }
            if (!request.Kept && !request.NotKept && line > 0 != point > 0)
            {
                yield return new(Lost, $"{what} One half of it is there.");
            }
        }
        var sent = points.Select(request => (request.First.Step, request.First.Attempt)).ToHashSet();
        foreach (var place in stored.Keys.Where(place => !sent.Contains(place)))
        {
            yield return new(Unheard, $"{run.Id}: step {place.Step} of attempt {place.Attempt}.");
        }
        foreach (var violation in CheckAttempts(run, requests))
        {
            yield return violation;
        }
        foreach (var violation in CheckCurve(run.Id, run.FromSteps, run.Points, run.Curve))
        {
            yield return violation;
        }
        if (requests.Exists(request => request is { First.Said: Said.Stop, Kept: true }) && run.Status != "completed")
        {
            yield return new(Ended, $"{run.Id}: its stop was acknowledged, and it is {run.Status}.");
        }
    }

    private static IEnumerable<Violation> CheckAttempts(OutsideRun run, IReadOnlyList<Request> requests)
    {
        var resumes = requests.Where(request => request.First.Said is Said.Resume).ToDictionary(request => request.First.Attempt);
        foreach (var (attempt, request) in resumes)
        {
            if (request.Kept && !run.FromSteps.ContainsKey(attempt))
            {
                yield return new(Lost, $"{run.Id}: attempt {attempt} from step {request.First.Step}.");
            }
            if (request.NotKept && run.FromSteps.ContainsKey(attempt))
            {
                yield return new(Refused, $"{run.Id}: attempt {attempt} from step {request.First.Step}.");
            }
        }
        foreach (var (attempt, step) in run.FromSteps.Where(one => resumes.GetValueOrDefault(one.Key)?.First.Step != one.Value))
        {
            yield return new(Unheard, $"{run.Id}: attempt {attempt} from step {step}.");
        }
    }

    private static IEnumerable<Violation> Check(OwnRun run)
    {
        foreach (var violation in CheckCurve(run.Id, run.FromSteps, run.Points, run.Curve))
        {
            yield return violation;
        }
        foreach (var ((step, attempt), count) in run.Points.CountBy(Place).Where(place => place.Value > 1))
        {
            yield return new(Doubled, $"{run.Id}: step {step} of attempt {attempt} is there {count} times.");
        }
        foreach (var (before, after) in run.Curve.Zip(run.Curve.Skip(1)).Where(pair => pair.Second.Step - pair.First.Step > run.LogEvery))
        {
            yield return new(Lost, $"{run.Id}: nothing between step {before.Step} and {after.Step}.");
        }
        if (run.Status != "completed")
        {
            yield return new(Ended, $"{run.Id}: it is {run.Status}.");
            yield break;
        }
        if (run.ManifestAttempt != run.Attempt)
        {
            yield return new(Published, $"{run.Id}: the manifest is of attempt {run.ManifestAttempt}, the database says {run.Attempt}.");
        }
        foreach (var file in run.Files.Where(file => file.Actual is null || (file.Sha256 is not null && file.Sha256 != file.Actual)))
        {
            yield return new(Published, $"{run.Id}: {file.Path} is {file.Actual ?? "missing"}, not {file.Sha256}.");
        }
        foreach (var folder in run.CheckpointFolders.Except(run.CheckpointsRegistered, StringComparer.Ordinal))
        {
            yield return new(Published, $"{run.Id}: {folder} is published, and the database does not name it.");
        }
    }

    /// <summary>From the step where an attempt starts, it wins.</summary>
    private static IEnumerable<Violation> CheckCurve(
        string run, IReadOnlyDictionary<int, long> fromSteps, IReadOnlyList<StoredPoint> points, IReadOnlyList<StoredPoint> curve)
    {
        var expected = points.Where(point => point.Attempt == Owner(fromSteps, point.Step))
            .Select(point => (point.Step, point.Value))
            .ToHashSet();
        foreach (var point in curve.Where(point => !expected.Contains((point.Step, point.Value))))
        {
            yield return new(Mixed, string.Create(
                CultureInfo.InvariantCulture,
                $"{run}: step {point.Step} shows {point.Value}, which attempt {Owner(fromSteps, point.Step)} did not report."));
        }
        foreach (var (step, value) in expected.Except(curve.Select(point => (point.Step, point.Value))))
        {
            yield return new(Mixed, string.Create(
                CultureInfo.InvariantCulture, $"{run}: step {step} does not show {value} of attempt {Owner(fromSteps, step)}."));
        }
        foreach (var (before, after) in curve.Zip(curve.Skip(1)).Where(pair => pair.Second.Step <= pair.First.Step))
        {
            yield return new(Mixed, $"{run}: step {after.Step} follows step {before.Step}.");
        }
    }

    private static int Owner(IReadOnlyDictionary<int, long> fromSteps, long step) =>
        fromSteps.Where(attempt => attempt.Value <= step).Select(attempt => attempt.Key).DefaultIfEmpty(1).Max();

    private static (long Step, int Attempt) Place(StoredPoint point) => (point.Step, point.Attempt ?? 0);

    /// <summary>A request with how all its tries ended.</summary>
    private sealed record Request(Tried First, IReadOnlySet<Answer> Answers)
    {
        public bool Kept => Answers.Contains(Answer.Accepted);

        public bool NotKept => Answers.Count == 1 && Answers.Contains(Answer.Refused);
    }
}
