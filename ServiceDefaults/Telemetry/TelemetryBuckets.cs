using System.Diagnostics.Metrics;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>
/// Bounds of histogram buckets. OpenTelemetry's defaults suit milliseconds; nearly all values in seconds would fall into the first bucket.
/// </summary>
public static class TelemetryBuckets
{
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    public static InstrumentAdvice<int> Counts { get; } = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] };
}
