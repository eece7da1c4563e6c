using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.RunFormats.Points;

namespace Trainyard.RunFormats.Json;

/// <summary>
/// Writes a Trainyard export, element by element. The caller writes an experiment and a run before their data. Without
/// <see cref="EndAsync"/> the export is incomplete, and a reader says so.
/// </summary>
/// <param name="output">The file. It stays open.</param>
public sealed class JsonExportWriter(Stream output)
{
    private static readonly byte[] Opening = "[\n"u8.ToArray();
    private static readonly byte[] Separator = ",\n"u8.ToArray();
    private static readonly byte[] Closing = "\n]\n"u8.ToArray();

    private long runs;
    private long points;

    /// <summary>Writes the header.</summary>
    public async Task BeginAsync(DateTimeOffset exportedAt, CancellationToken cancellationToken = default)
    {
        await output.WriteAsync(Opening, cancellationToken);
        await SerializeAsync(new ExportHeader(ExportHeader.FormatName, ExportHeader.CurrentVersion, exportedAt), cancellationToken);
    }

    /// <summary>Writes an experiment, a run, or data of the last run.</summary>
    public Task WriteAsync(ExportRecord record, CancellationToken cancellationToken = default)
    {
        runs += record is ExportedRun ? 1 : 0;
        points += record is ExportedPoints { Steps.Count: var count } ? count : 0;
        return AppendAsync(record, cancellationToken);
    }

    /// <summary>Writes points of the last run.</summary>
    public Task WriteAsync(SeriesPoints series, CancellationToken cancellationToken = default) => WriteAsync(
        new ExportedPoints(
            series.RunId, series.Series, series.Resolution,
            [.. series.Points.Select(point => point.Seq)], [.. series.Points.Select(point => point.Attempt)],
            [.. series.Points.Select(point => point.Step)], [.. series.Points.Select(point => point.Microseconds)],
            [.. series.Points.Select(point => point.Value)]),
        cancellationToken);

    /// <summary>Writes the end, with the numbers of runs and points.</summary>
    public async Task EndAsync(CancellationToken cancellationToken = default)
    {
        await AppendAsync(new ExportEnd(runs, points), cancellationToken);
        await output.WriteAsync(Closing, cancellationToken);
    }

    private async Task AppendAsync(ExportRecord record, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Separator, cancellationToken);
        await SerializeAsync(record, cancellationToken);
    }

    private Task SerializeAsync(ExportRecord record, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeAsync(output, record, WireJson.Options, cancellationToken);
}
