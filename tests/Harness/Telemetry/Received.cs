namespace Trainyard.Harness.Telemetry;

/// <summary>The process that sent something.</summary>
public sealed record Sender(string Service, string Instance);

/// <summary>
/// A span of a trace. Its kind: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. It has failed when its status is an error.
/// </summary>
public sealed record ReceivedSpan(
    Sender From, string Source, string TraceId, string SpanId, string ParentId,
    string Name, int Kind, DateTimeOffset Start, DateTimeOffset End,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<(string TraceId, string SpanId)> Links, bool Failed);

/// <summary>A log record.</summary>
public sealed record ReceivedLog(
    Sender From, string Category, string Level, string Message, string TraceId, string SpanId,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>A point of a metric. A histogram's value is its sum; its count and bounds are empty for others.</summary>
public sealed record ReceivedPoint(
    Sender From, string Meter, string Name, string Unit, IReadOnlyDictionary<string, string> Attributes,
    double Value, long Count, IReadOnlyList<double> Bounds);
