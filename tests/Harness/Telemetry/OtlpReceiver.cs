using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Trainyard.Harness.Telemetry;

/// <summary>Takes OTLP over HTTP with protobuf bodies, as any collector does, and keeps all of it.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedSpan> spans = new();
    private readonly ConcurrentQueue<ReceivedLog> logs = new();
    private readonly ConcurrentQueue<ReceivedPoint> points = new();
    private readonly ConcurrentQueue<string> bodies = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/traces", http => TakeAsync(http, OtlpReader.Spans, spans));
        app.MapPost("/v1/logs", http => TakeAsync(http, OtlpReader.Logs, logs));
        app.MapPost("/v1/metrics", http => TakeAsync(http, OtlpReader.Points, points));
    }

    public IReadOnlyCollection<ReceivedSpan> Spans => spans;

    public IReadOnlyCollection<ReceivedLog> Logs => logs;

    /// <summary>Every point of every export, the latest last.</summary>
    public IReadOnlyCollection<ReceivedPoint> Points => points;

    /// <summary>All that was received, as it came: for what must not be anywhere in it.</summary>
    public string Everything => string.Concat(bodies);

    /// <summary>What makes a process send here, and soon.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>Waits for what is exported a little after it happened.</summary>
    public async Task UntilAsync(Func<OtlpReceiver, bool> satisfied, Func<OtlpReceiver, string> otherwise)
    {
        for (var watch = Stopwatch.StartNew(); !satisfied(this); await Task.Delay(100))
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(20))
            {
                Assert.Fail(otherwise(this));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task TakeAsync<T>(HttpContext http, Func<ByteString, IEnumerable<T>> read, ConcurrentQueue<T> received)
    {
        var body = await ByteString.FromStreamAsync(http.Request.Body, http.RequestAborted);
        bodies.Enqueue(Encoding.Latin1.GetString(body.Span));
        foreach (var one in read(body))
        {
            received.Enqueue(one);
        }
        // An empty answer: all of it was taken.
        http.Response.ContentType = "application/x-protobuf";
    }
}
