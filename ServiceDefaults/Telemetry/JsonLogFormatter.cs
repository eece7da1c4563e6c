using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>
/// One JSON object per line: timestamp, level, category, service, event, message, run_id, request_id, instance_id, error_code and,
/// for an exception, error. The ids and the code come from the message's values or its scopes; those that are unknown are left out.
/// </summary>
internal sealed class JsonLogFormatter(ServiceIdentity identity, TimeProvider? time = null) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "trainyard-json";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly TimeProvider time = time ?? TimeProvider.System;

    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        scopeProvider?.ForEachScope(Collect, values);
        Collect(entry.State, values);

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", Level(entry.LogLevel));
            json.WriteString("category", entry.Category);
            json.WriteString("service", identity.Service);
            json.WriteString("event", entry.EventId.Name);
            json.WriteString("message", entry.Formatter(entry.State, entry.Exception));
            foreach (var field in LogFields.All)
            {
                if (values.GetValueOrDefault(field) is { } value)
                {
                    json.WriteString(field, Text(value));
                }
            }
            json.WriteString("instance_id", identity.Instance);
            if (entry.Exception is { } exception)
            {
                json.WriteString("error", exception.ToString());
            }
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void Collect(object? scope, Dictionary<string, object?> values)
    {
        if (scope is IEnumerable<KeyValuePair<string, object?>> pairs)
        {
            foreach (var (name, value) in pairs)
            {
                if (LogFields.Of(name) is { } field)
                {
                    values[field] = value;
                }
            }
        }
    }

    private static string? Text(object value) =>
        value is ErrorCode code ? code.WireName() : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
