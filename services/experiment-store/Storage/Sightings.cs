namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// How long this process has seen things in the same state. It uses the monotonic clock, so setting the time of day changes nothing.
/// </summary>
internal sealed class Sightings<TState>(TimeProvider clock)
    where TState : notnull
{
    private readonly Dictionary<string, (TState State, long Since)> seen = new(StringComparer.Ordinal);

    /// <summary>Records the state of a thing, and returns how long it has been the same.</summary>
    public TimeSpan See(string id, TState state)
    {
        if (!seen.TryGetValue(id, out var known) || !known.State.Equals(state))
        {
            seen[id] = known = (state, clock.GetTimestamp());
        }
        return clock.GetElapsedTime(known.Since);
    }

    public void Forget(string id) => seen.Remove(id);

    public void ForgetOthers(IReadOnlySet<string> ids)
    {
        foreach (var id in seen.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            seen.Remove(id);
        }
    }

    public void Clear() => seen.Clear();
}
