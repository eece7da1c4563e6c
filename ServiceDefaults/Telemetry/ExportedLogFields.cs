using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Trainyard.ServiceDefaults.Telemetry;

/// <summary>Adds ids to exported log records under the same names as in JSON log lines.</summary>
internal sealed class ExportedLogFields : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var ids = (from value in data.Attributes ?? []
                   let field = LogFields.Of(value.Key)
                   where field is not null && field != value.Key && value.Value is not null
                   select KeyValuePair.Create(field, (object?)Convert.ToString(value.Value, CultureInfo.InvariantCulture))).ToList();
        if (ids.Count == 0)
        {
            return;
        }
        // Scopes are exported too, and a name may occur only once.
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
