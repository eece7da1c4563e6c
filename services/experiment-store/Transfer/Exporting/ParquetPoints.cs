using Parquet;
using Parquet.Schema;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

/// <summary>Points as Parquet. A row group has 100,000 rows, which bounds memory.</summary>
internal sealed class ParquetPoints : IPointSink
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
    private readonly List<(string Run, string Name, string Kind, Point Point)> rows = [];

    private ParquetPoints(ParquetWriter writer) => this.writer = writer;

    public static async Task<ParquetPoints> CreateAsync(Stream output, CancellationToken cancellationToken)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        foreach (var repetitive in (DataField[])[Run, Name, Kind])
        {
            options.ColumnEncodingHints[repetitive.Name] = EncodingHint.Dictionary;
        }
        options.ColumnEncodingHints[Step.Name] = EncodingHint.DeltaBinaryPacked;
        return new(await ParquetWriter.CreateAsync(Schema, output, options, cancellationToken: cancellationToken));
    }

    public async ValueTask WriteAsync(string runId, SeriesChunk chunk, CancellationToken cancellationToken)
    {
        var kind = chunk.Chunk.Resolution is Resolution.Raw ? "raw" : "1m";
        rows.AddRange(chunk.Chunk.Points.Select(point => (runId, chunk.Series, kind, point)));
        if (rows.Count >= RowsPerGroup)
        {
            await WriteGroupAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (rows.Count > 0)
        {
            await WriteGroupAsync(CancellationToken.None);
        }
        await writer.DisposeAsync();
    }

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using (var group = writer.CreateRowGroup())
        {
            await group.WriteAsync(Run, Column(row => row.Run));
            await group.WriteAsync(Name, Column(row => row.Name));
            await group.WriteAsync<int>(Attempt, Column(row => row.Point.Attempt).AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync<long>(Step, Column(row => row.Point.Step).AsMemory(), cancellationToken: cancellationToken);
            var times = Column(row => UnixTime.FromMicroseconds(row.Point.Time).UtcDateTime);
            await group.WriteAsync<DateTime>(Time, times.AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync<double>(Value, Column(row => row.Point.Value ?? NaN).AsMemory(), cancellationToken: cancellationToken);
            await group.WriteAsync(Kind, Column(row => row.Kind));
        }
        rows.Clear();
    }

    private T[] Column<T>(Func<(string Run, string Name, string Kind, Point Point), T> of) => [.. rows.Select(of)];
}
