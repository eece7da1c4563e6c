using System.Diagnostics;
using OpenTelemetry;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>Keeps single Redis commands out of the traces: the pings of health checks, and leases that are renewed every few seconds.</summary>
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
