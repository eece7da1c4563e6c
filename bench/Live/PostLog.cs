using System.Diagnostics;
using System.Globalization;

namespace Trainyard.Bench.Live;

/// <summary>The time at which each step of each run was posted.</summary>
internal sealed class PostLog(int runs, int maxSteps)
{
    private readonly long[][] sentAt = [.. Enumerable.Range(0, runs).Select(_ => new long[maxSteps])];
    private readonly int[] next = new int[runs];

    public static string Name(int run) => string.Create(CultureInfo.InvariantCulture, $"live-{run}");

    /// <summary>The run's next step, posted now.</summary>
    public int Post(int run)
    {
        var step = next[run];
        sentAt[run][step] = Stopwatch.GetTimestamp();
        Volatile.Write(ref next[run], step + 1);
        return step;
    }

    public int Last(string run) => Volatile.Read(ref next[Index(run)]) - 1;

    public long SentAt(string run, int step) => sentAt[Index(run)][step];

    private static int Index(string run) => int.Parse(run.AsSpan(5), CultureInfo.InvariantCulture);
}
