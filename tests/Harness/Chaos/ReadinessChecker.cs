namespace Trainyard.Harness.Chaos;

/// <summary>Whether the gateway's word was true, but for a few seconds in which nobody can know better.</summary>
public static class ReadinessChecker
{
    public static IEnumerable<Violation> Check(History history, TimeSpan tolerance)
    {
        var tries = history.Tries.OrderBy(one => one.Until).ToList();
        var failing = Failing(tries).ToList();
        foreach (var (from, until) in Segments(history.Readiness, seen => seen.Gateway is Readyz.Ready))
        {
            var lies = failing.Select(one => (From: Later(one.From, from), Until: Earlier(one.Until, until)));
            foreach (var lie in lies.Where(one => one.Until - one.From > tolerance))
            {
                yield return new(
                    HistoryChecker.ReadyLie, $"{Say(lie.From, lie.Until)} no request was accepted. {During(history, lie.From, lie.Until)}");
            }
        }
        var complaining = Segments(history.Readiness, seen => seen is { Gateway: Readyz.NotReady, Hosts: true });
        foreach (var (from, until) in complaining.Where(one => one.Until - one.From > tolerance))
        {
            if (tries.Any(one => one.Until >= from && one.Until <= until && one.Answer is Answer.Accepted)
                && !tries.Any(one => one.Until >= from && one.At <= until && one.Answer is not Answer.Accepted))
            {
                var said = history.Readiness.First(seen => seen.At >= from).Detail;
                yield return new(HistoryChecker.NotReadyLie, $"{Say(from, until)} it complained of {said}. {During(history, from, until)}");
            }
        }
    }

    /// <summary>Times in which requests were answered or given up, and none was accepted.</summary>
    private static IEnumerable<(TimeSpan From, TimeSpan Until)> Failing(IReadOnlyList<Tried> tries)
    {
        var failing = new List<Tried>();
        foreach (var one in tries)
        {
            if (one.Answer is not Answer.Accepted)
            {
                failing.Add(one);
                continue;
            }
            if (failing.Count > 0)
            {
                // One of them may have been sent while others were still accepted.
                var from = tries.LastOrDefault(other => other.Answer is Answer.Accepted && other.Until <= failing[0].Until)?.Until;
                yield return (Later(from ?? TimeSpan.Zero, failing.Min(other => other.At)), failing[^1].Until);
                failing.Clear();
            }
        }
        if (failing.Count > 0)
        {
            yield return (failing[0].At, failing[^1].Until);
        }
    }

    /// <summary>Times in which every look was of a kind.</summary>
    private static IEnumerable<(TimeSpan From, TimeSpan Until)> Segments(
        IReadOnlyList<ReadinessSeen> seen, Func<ReadinessSeen, bool> isOfKind)
    {
        ReadinessSeen? first = null;
        ReadinessSeen? last = null;
        foreach (var one in seen)
        {
            if (isOfKind(one))
            {
                (first, last) = (first ?? one, one);
            }
            else if (first is not null && last is not null)
            {
                yield return (first.At, last.At);
                (first, last) = (null, null);
            }
        }
        if (first is not null && last is not null)
        {
            yield return (first.At, last.At);
        }
    }

    private static string Say(TimeSpan from, TimeSpan until) => $"From {from.TotalSeconds:0.0} s to {until.TotalSeconds:0.0} s";

    private static string During(History history, TimeSpan from, TimeSpan until) =>
        history.Faults.Where(fault => fault.At <= until && fault.Until >= from).Select(fault => fault.Fault).ToList()
            is { Count: > 0 } faults
            ? $"Meanwhile: {string.Join("; ", faults)}."
            : history.Faults.LastOrDefault(fault => fault.Until < from) is { } before ? $"Before: {before.Fault}." : "";

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
