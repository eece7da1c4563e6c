using System.Text;
using Trainyard.RunFormats.Points;

namespace Trainyard.RunFormats.Tests;

/// <summary>Points as CSV and Parquet, read back by DuckDB.</summary>
public sealed class PointFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Csv_has_a_line_per_point()
    {
        var csv = Encoding.UTF8.GetString(await WriteAsync(Csv, Samples.Series(), new("r", "old", SeriesPoints.MinuteMean, [])));

        Assert.Equal(
            [
                "run_id,series,attempt,step,time,value,resolution",
                "r,loss,1,0,2026-03-04T12:00:00.000001Z,0.1,raw",
                "r,loss,1,1,2026-03-04T12:00:01.000001Z,-0,raw",
                "r,loss,1,2,2026-03-04T12:00:02.000001Z,NaN,raw",
                "r,loss,1,3,2026-03-04T12:00:03.000001Z,Infinity,raw",
                "r,loss,1,4,2026-03-04T12:00:04.000001Z,-Infinity,raw",
                "r,loss,1,5,2026-03-04T12:00:05.000001Z,1.7976931348623157E+308,raw",
                "r,loss,1,9007199254740992,2026-03-04T12:00:06.000001Z,5E-324,raw",
                "",
            ],
            csv.Split("\r\n"));
    }

    [Fact]
    public async Task Names_can_neither_break_a_csv_line_nor_become_a_formula()
    {
        var csv = Encoding.UTF8.GetString(await WriteAsync(Csv, [.. Samples.OddNames.Select(name => One(name))]));

        Assert.Contains("\r\nr,\"'=HYPERLINK(\"\"x\"\")\",1,1,", csv, StringComparison.Ordinal);
        Assert.Contains("\r\nr,\"a,\"\"b\"\"\nc\r\n€\",1,1,", csv, StringComparison.Ordinal);
        Assert.Contains("\r\nr,'-x,1,1,", csv, StringComparison.Ordinal);
        Assert.Contains("\r\nr,half \ufffd,1,1,", csv, StringComparison.Ordinal);
        Assert.EndsWith("Z,7,raw\r\n", csv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_points_has_its_columns()
    {
        Assert.Equal("run_id,series,attempt,step,time,value,resolution\r\n", Encoding.UTF8.GetString(await WriteAsync(Csv)));
        var parquet = folder.Write("empty.parquet", await WriteAsync(Parquet));
        Assert.Equal(["run_id", "series", "attempt", "step", "time", "value", "resolution"],
            (await Duck.QueryAsync($"SELECT column_name FROM (DESCRIBE SELECT * FROM '{parquet}')")).Select(row => row[0]));
    }

    [Fact]
    public async Task Parquet_holds_every_value_and_name()
    {
        var file = folder.Write("r.parquet", await WriteAsync(Parquet, [.. Samples.OddNames.Select(name => Samples.Series(name))]));

        var rows = await Duck.QueryAsync(
            $"SELECT series, step, value, attempt, resolution, epoch_us(time), run_id FROM '{file}'");

        Assert.Equal(Samples.OddNames.Select(Samples.Stored), rows.Select(row => row[0]).Distinct());
        foreach (var series in rows.Chunk(Samples.OddValues.Length))
        {
            Samples.AssertSameBits(Samples.OddValues, series.Select(row => (double)row[2]));
            Assert.Equal(Samples.Series().Points.Select(point => (point.Step, point.Microseconds)),
                series.Select(row => ((long)row[1], (long)row[5])));
            Assert.All(series, row => Assert.Equal((1, "raw", "r"), ((int)row[3], (string)row[4], (string)row[6])));
        }
    }

    [Fact]
    public async Task Large_files_are_written_a_block_at_a_time()
    {
        const int Blocks = 11;
        const int PointsPerBlock = 20_000;
        foreach (var format in (Func<Stream, Task<IPointSink>>[])[Csv, Parquet])
        {
            var path = folder.PathTo("large");
            await using (var file = new WriteOnlyStream(File.Create(path)))
            {
                await using var sink = await format(file);
                for (var block = 0; block < Blocks; block++)
                {
                    await sink.WriteAsync(Samples.Block(block * PointsPerBlock, PointsPerBlock), TestContext.Current.CancellationToken);
                    if (block == Blocks / 2)
                    {
                        Assert.True(file.Written > 100_000);
                    }
                }
            }
        }

        var rows = Assert.Single(await Duck.QueryAsync(
            $"SELECT count(DISTINCT step), (SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{folder.PathTo("large")}'))"
            + $" FROM read_parquet('{folder.PathTo("large")}')"));
        Assert.Equal(((long)Blocks * PointsPerBlock, 3L), ((long)rows[0], (long)rows[1]));
    }

    private static SeriesPoints One(string name) => new("r", name, SeriesPoints.Raw, [new(0, 1, 1, 0, 7)]);

    private static Task<IPointSink> Csv(Stream output) => Task.FromResult<IPointSink>(new CsvPoints(output));

    private static async Task<IPointSink> Parquet(Stream output) => await ParquetPoints.CreateAsync(output);

    private static async Task<byte[]> WriteAsync(Func<Stream, Task<IPointSink>> format, params SeriesPoints[] blocks)
    {
        using var output = new MemoryStream();
        await using (var sink = await format(output))
        {
            foreach (var block in blocks)
            {
                await sink.WriteAsync(block);
            }
        }
        return output.ToArray();
    }

    /// <summary>A stream as a response body is: it can neither seek nor say where it is.</summary>
    private sealed class WriteOnlyStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            Written += buffer.Length;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, count);
            Written += count;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
