using Parquet;
using Parquet.Schema;

namespace Trainyard.RunFormats.Points;

/// <summary>Writes points as Parquet. A row group has 100,000 rows, which bounds memory.</summary>
public sealed class ParquetPoints : IPointSink
{
    private const int RowsPerGroup = 100_000;
    // double.NaN is negative in .NET; other programs print it as -nan.
    private static readonly double NaN = BitConverter.UInt64BitsToDouble(0x7ff8_0000_0000_0000);

    private static readonly DataField Run = new DataField<string>("run_id", nullable: false);
    private static readonly DataField Name = new DataField<string>("series", nullable: false);
    private static readonly DataField Attempt = new DataField<int>("attempt");
    private static readonly DataField Step = new DataField<long>("step");
    private static readonly DataField Time =
        new DateTimeDataField("time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);
    private static readonly DataField Value = new DataField<double>("value");
    private static readonly DataField Kind = new DataField<string>("resolution", nullable: false);
    private static readonly ParquetSchema Schema = new(Run, Name, Attempt, Step, Time, Value, Kind);

    private readonly ParquetWriter writer;
    private readonly PositionedStream output;
    private readonly List<(SeriesPoints Series, SeriesPoint Point)> rows = [];

    private ParquetPoints(ParquetWriter writer, PositionedStream output) => (this.writer, this.output) = (writer, output);

    /// <summary>Begins a file.</summary>
    /// <param name="output">The file; it need not be seekable, and stays open.</param>
    /// <param name="cancellationToken">Cancels the first write.</param>
    public static async Task<ParquetPoints> CreateAsync(Stream output, CancellationToken cancellationToken = default)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        foreach (var repetitive in (DataField[])[Run, Name, Kind])
        {
            options.ColumnEncodingHints[repetitive.Name] = EncodingHint.Dictionary;
        }
        options.ColumnEncodingHints[Step.Name] = EncodingHint.DeltaBinaryPacked;
        var positioned = new PositionedStream(output);
        return new(await ParquetWriter.CreateAsync(Schema, positioned, options, cancellationToken: cancellationToken), positioned);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(SeriesPoints series, CancellationToken cancellationToken = default)
    {
        rows.AddRange(series.Points.Select(point => (series, point)));
        if (rows.Count >= RowsPerGroup)
        {
            await WriteGroupAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (rows.Count > 0)
        {
            await WriteGroupAsync(CancellationToken.None);
        }
        await writer.DisposeAsync();
        await output.DisposeAsync();
    }

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using (var group = writer.CreateRowGroup())
        {
            await group.WriteAsync(Run, Column(row => row.Series.RunId));
            await group.WriteAsync(Name, Column(row => row.Series.Series));
            await group.WriteAsync<int>(Attempt, Column(row => row.Point.Attempt).AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync<long>(Step, Column(row => row.Point.Step).AsMemory(), cancellationToken: cancellationToken);
            var times = Column(row => row.Point.Time.UtcDateTime);
            await group.WriteAsync<DateTime>(Time, times.AsMemory(), cancellationToken: cancellationToken);
            var values = Column(row => double.IsNaN(row.Point.Value) ? NaN : row.Point.Value);
            await group.WriteAsync<double>(Value, values.AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync(Kind, Column(row => row.Series.Resolution));
        }
        rows.Clear();
    }

    private T[] Column<T>(Func<(SeriesPoints Series, SeriesPoint Point), T> of) => [.. rows.Select(of)];
}
