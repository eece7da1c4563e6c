using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>Gives an exported log record the ids a JSON line has, under the same names, whichever way the code named them.</summary>
internal sealed class ExportedLogFields : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var ids = (data.Attributes ?? []).Where(value => LogFields.Of(value.Key) is { } field && field != value.Key && value.Value is not null)
            .Select(value => KeyValuePair.Create(LogFields.Of(value.Key) ?? value.Key, (object?)Convert.ToString(value.Value, CultureInfo.InvariantCulture)))
            .ToList();
        if (ids.Count == 0)
        {
            return;
        }
        // Scopes are exported as they are; a name may be there only once.
        data.ForEachScope(static (scope, found) =>
        {
            foreach (var value in scope)
            {
                found.RemoveAll(id => id.Key == value.Key);
            }
        }, ids);
        data.Attributes = [.. data.Attributes ?? [], .. ids];
    }
}
