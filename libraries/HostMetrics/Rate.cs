using System.Diagnostics;

namespace Trainyard.HostMetrics;

/// <summary>Growth per second of two counters between two samples.</summary>
internal sealed class Rate
{
    private (long In, long Out, long At)? last;

    public (double? In, double? Out) Next((long In, long Out)? counters)
    {
        var (before, at) = (last, Stopwatch.GetTimestamp());
        last = counters is { } now ? (now.In, now.Out, at) : null;
        return before is { } then && counters is { } current && Stopwatch.GetElapsedTime(then.At, at).TotalSeconds is > 0 and var seconds
            ? (Math.Max(0, current.In - then.In) / seconds, Math.Max(0, current.Out - then.Out) / seconds)
            : (null, null);
    }
}
