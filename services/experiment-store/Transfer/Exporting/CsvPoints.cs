using System.Globalization;
using System.Text;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>
/// Points as CSV (RFC 4180), one per line. NaN and infinities are spelled out. A text that a spreadsheet would read as a formula gets an
/// apostrophe in front.
/// </summary>
internal sealed class CsvPoints : IPointSink
{
    private readonly StreamWriter output;
    private readonly StringBuilder lines = new("run_id,series,attempt,step,time,value,resolution\r\n");

    public CsvPoints(Stream output)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        this.output = new(output, encoding, 64 * 1024, leaveOpen: true) { AutoFlush = false };
    }

    public async ValueTask WriteAsync(string runId, SeriesChunk chunk, CancellationToken cancellationToken)
    {
        var start = $"{Cell(runId)},{Cell(chunk.Series)}";
        var end = chunk.Chunk.Resolution is Resolution.Raw ? "raw" : "1m";
        foreach (var point in chunk.Chunk.Points)
        {
            var time = UnixTime.FromMicroseconds(point.Time);
            lines.Append(CultureInfo.InvariantCulture,
                $"{start},{point.Attempt},{point.Step},{time:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'},{point.Value ?? double.NaN:R},{end}\r\n");
        }
        await output.WriteAsync(lines, cancellationToken);
        lines.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await output.WriteAsync(lines);
        await output.FlushAsync();
    }

    private static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny("\",\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
