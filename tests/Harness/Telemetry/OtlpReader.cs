using Google.Protobuf;

namespace Trainyard.Harness.Telemetry;

/// <summary>Reads what OTLP exporters send; the field numbers are those of opentelemetry-proto 1.x.</summary>
internal static class OtlpReader
{
    public static IEnumerable<ReceivedSpan> Spans(ByteString body) =>
        from one in Scopes(body)
        from span in one.Scope.Messages(2)
        select new ReceivedSpan(
            one.From, Name(one.Scope), span.Id(1), span.Id(2), span.Id(4), span.Text(5), (int)span.Number(6),
            Time(span.Number(7)), Time(span.Number(8)),
            span.Attributes(9), [.. span.Messages(13).Select(link => (link.Id(1), link.Id(2)))],
            span.Messages(15).Any(status => status.Number(3) == 2));

    public static IEnumerable<ReceivedLog> Logs(ByteString body) =>
        from one in Scopes(body)
        from log in one.Scope.Messages(2)
        select new ReceivedLog(
            one.From, Name(one.Scope), log.Text(3), ProtobufMessage.Any(log.Messages(5).FirstOrDefault()),
            log.Id(9), log.Id(10), log.Attributes(6));

    public static IEnumerable<ReceivedPoint> Points(ByteString body) =>
        from one in Scopes(body)
        from metric in one.Scope.Messages(2)
        from data in ((int[])[5, 7, 9]).SelectMany(metric.Messages)
        from point in data.Messages(1)
        let histogram = metric.Has(9)
        select new ReceivedPoint(one.From, Name(one.Scope), metric.Text(1), metric.Text(3), point.Attributes(histogram ? 9 : 7),
            histogram ? point.Double(5) : point.Has(4) ? point.Double(4) : point.Number(6),
            histogram ? point.Number(4) : 0, histogram ? point.Doubles(7) : []);

    private static IEnumerable<(Sender From, ProtobufMessage Scope)> Scopes(ByteString body) =>
        from resource in new ProtobufMessage(body).Messages(1)
        let about = resource.Messages(1).First().Attributes(1)
        from scope in resource.Messages(2)
        select (new Sender(about.GetValueOrDefault("service.name", ""), about.GetValueOrDefault("service.instance.id", "")), scope);

    private static string Name(ProtobufMessage scope) => scope.Messages(1).FirstOrDefault()?.Text(1) ?? "";

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
