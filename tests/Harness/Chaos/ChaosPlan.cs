namespace Trainyard.Harness.Chaos;

/// <summary>A fault, when it is to strike, and for how long.</summary>
/// <param name="At">From the beginning.</param>
/// <param name="Hold">How long it lasts.</param>
/// <param name="Fault">What happens; a pause and a full disk last twice as long.</param>
public sealed record PlannedFault(TimeSpan At, TimeSpan Hold, ChaosFault Fault)
{
    public override string ToString() => $"{At.TotalSeconds:0.0} s: {Fault.Name} for {Hold.TotalSeconds:0.0} s";
}

/// <param name="Target">What it strikes: two faults never strike the same at once, for one would undo the other.</param>
/// <param name="Name">What happens, in words.</param>
/// <param name="Strike">Does it, keeps it up for a while, and puts things back as whoever operates the system would.</param>
public sealed record ChaosFault(string Target, string Name, Func<TimeSpan, Task> Strike);

/// <summary>Which faults strike, and when: chosen by the seed alone, so that a plan can be had again.</summary>
public static class ChaosPlan
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <param name="seed">Chooses.</param>
    /// <param name="duration">Every fault is over by then.</param>
    /// <param name="faults">What may happen.</param>
    public static IReadOnlyList<PlannedFault> Make(int seed, TimeSpan duration, IReadOnlyList<ChaosFault> faults)
    {
        var random = new Random(seed);
        var plan = new List<PlannedFault>();
        for (var at = Quiet; ;)
        {
            var hold = TimeSpan.FromSeconds(1 + (5 * random.NextDouble()));
            if (at + (2.5 * hold) > duration)
            {
                return plan;
            }
            var first = faults[random.Next(faults.Count)];
            plan.Add(new(at, hold, first));
            var others = faults.Where(other => other.Target != first.Target).ToList();
            if (random.Next(3) == 0 && others.Count > 0)
            {
                plan.Add(new(at + (hold * random.NextDouble() / 2), hold, others[random.Next(others.Count)]));
            }
            at += (2.5 * hold) + TimeSpan.FromSeconds(6 * random.NextDouble());
        }
    }

    /// <summary>When backups begin: whatever strikes at that moment.</summary>
    public static IReadOnlyList<TimeSpan> Backups(int seed, TimeSpan duration)
    {
        var random = new Random(seed);
        var moments = new List<TimeSpan>();
        for (var at = TimeSpan.Zero; ; moments.Add(at))
        {
            at += Quiet + TimeSpan.FromSeconds(25 * random.NextDouble());
            if (at > duration)
            {
                return moments;
            }
        }
    }
}
