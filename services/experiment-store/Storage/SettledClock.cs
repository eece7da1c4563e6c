namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The time for what can't be undone: deleting what is old, and giving up what is silent. It follows the clock back at once. A jump ahead
/// counts only after it has lasted for a quarter of an hour; until then, this time goes on as before the jump.
/// </summary>
internal sealed class SettledClock(TimeProvider clock)
{
    private static readonly TimeSpan SettlesAfter = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private (DateTimeOffset Time, long At) known = (clock.GetUtcNow(), clock.GetTimestamp());
    private long? aheadSince;

    public DateTimeOffset Now
    {
        get
        {
            lock (gate)
            {
                var (now, at) = (clock.GetUtcNow(), clock.GetTimestamp());
                var expected = known.Time + clock.GetElapsedTime(known.At, at);
                if (now > expected + DueTimes.Tolerance)
                {
                    aheadSince ??= at;
                    if (clock.GetElapsedTime(aheadSince.Value, at) < SettlesAfter)
                    {
                        return expected;
                    }
                }
                (known, aheadSince) = ((now, at), null);
                return now;
            }
        }
    }
}
