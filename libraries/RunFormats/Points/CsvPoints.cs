using System.Globalization;
using System.Text;

namespace Trainyard.RunFormats.Points;

/// <summary>
/// Writes points as CSV (RFC 4180), one per line. NaN and infinities are spelled out. A text that a spreadsheet would read as a formula
/// gets an apostrophe in front.
/// </summary>
public sealed class CsvPoints : IPointSink
{
    private readonly StreamWriter output;
    private readonly StringBuilder lines = new("run_id,series,attempt,step,time,value,resolution\r\n");

    /// <param name="output">The file. It stays open.</param>
    public CsvPoints(Stream output)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        this.output = new(output, encoding, 64 * 1024, leaveOpen: true) { AutoFlush = false };
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(SeriesPoints series, CancellationToken cancellationToken = default)
    {
        var start = $"{Cell(series.RunId)},{Cell(series.Series)}";
        var end = series.Resolution;
        foreach (var point in series.Points)
        {
            lines.Append(CultureInfo.InvariantCulture,
                $"{start},{point.Attempt},{point.Step},{point.Time:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'},{point.Value:R},{end}\r\n");
        }
        await output.WriteAsync(lines, cancellationToken);
        lines.Clear();
    }

    /// <inheritdoc/>
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
