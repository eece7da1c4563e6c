using System.Diagnostics;
using OpenTelemetry;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>Drops traces of single Redis commands: health-check pings, and leases renewed every few seconds.</summary>
internal sealed class BackgroundRedisSpans : BaseProcessor<Activity>
{
    private const string Source = "OpenTelemetry.Instrumentation.StackExchangeRedis";
    private const string Ping = "PING";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Source && (data.ParentSpanId == default || data.DisplayName == Ping))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
