using Microsoft.Extensions.Time.Testing;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>A fake clock whose time of day can be set. Its timers and its monotonic clock don't notice.</summary>
internal sealed class SettableClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private long ahead;

    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref ahead));
        set => Interlocked.Exchange(ref ahead, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
