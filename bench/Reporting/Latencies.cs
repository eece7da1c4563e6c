using System.Diagnostics;
using HdrHistogram;

namespace Trainyard.Bench.Reporting;

/// <summary>Durations from many threads, with percentiles in milliseconds to three digits.</summary>
internal sealed class Latencies
{
    private readonly LongConcurrentHistogram microseconds = new(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);

    public long Count => microseconds.TotalCount;

    public void Add(TimeSpan elapsed) => microseconds.RecordValue(Math.Max(1, (long)elapsed.TotalMicroseconds));

    public void AddSince(long timestamp) => Add(Stopwatch.GetElapsedTime(timestamp));

    public double Percentile(double percentile) => microseconds.GetValueAtPercentile(percentile) / 1000.0;
}
