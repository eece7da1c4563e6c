using System.Buffers.Binary;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.RunFormats.Neptune;
using Trainyard.RunFormats.Points;

namespace Trainyard.RunFormats.Tests;

/// <summary>Reads files with neptune-exporter's schema, written by DuckDB.</summary>
public sealed class NeptuneTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Runs_may_span_files_and_have_attributes_of_every_type()
    {
        string[] files =
        [
            await WriteAsync("RUN-1_part_0.parquet", """
                ('w/p', 'RUN-1', 'sys/name', 'string', NULL, NULL, NULL, NULL, 'Lauf 1', NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'sys/tags', 'string_set', NULL, NULL, NULL, NULL, NULL, NULL, NULL, ['nlp', 'größer']),
                ('w/p', 'RUN-1', 'sys/creation_time', 'datetime', NULL, NULL, NULL, NULL, NULL, NULL, TIMESTAMPTZ '2025-01-02 03:04:05Z',
                 NULL),
                ('w/p', 'RUN-1', 'lr', 'float', NULL, NULL, NULL, 0.001, NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'bad', 'float', NULL, NULL, NULL, 'nan', NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'layers', 'int', NULL, NULL, 12, NULL, NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'amp', 'bool', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL),
                ('w/p', 'RUN-1', 'model.bin', 'file', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'a,"b"€', 'float_series', 1, TIMESTAMPTZ '2025-01-02 03:05:00Z', NULL, 0.5, NULL, NULL, NULL, NULL)
                """),
            await WriteAsync("RUN-1_part_1.parquet", """
                ('w/p', 'RUN-1', 'a,"b"€', 'float_series', 2, TIMESTAMPTZ '2025-01-02 03:06:00Z', NULL, 'nan', NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'a,"b"€', 'float_series', 3, NULL, NULL, '-inf', NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'a,"b"€', 'float_series', 4, NULL, NULL, '-0.0', NULL, NULL, NULL, NULL),
                ('w/p', 'RUN-1', 'stdout', 'string_series', 1, NULL, NULL, NULL, 'a line', NULL, NULL, NULL),
                ('w/p', 'RUN-2', 'sys/failed', 'bool', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL)
                """),
        ];

        var reader = new NeptuneReader(files);
        var events = await reader.AllAsync();

        Assert.Equal(2, events.Select(item => item.Event.RunId).Distinct().Count());
        Samples.AssertSameBits([0.5, double.NaN, double.NegativeInfinity, -0.0], events.Values().Select(point => point.Value));
        Assert.Equal([1, 2, 3, 4], events.Values().Select(point => point.Step));
        Assert.All(events.Values(), point => Assert.Equal("a,\"b\"€", point.Series));
        var starts = events.Select(item => item.Event).OfType<RunStarted>().ToList();
        Assert.Equal(["Lauf 1", "RUN-2"], starts.Select(start => start.Name));
        Assert.Equal("neptune-w-p", starts[0].ExperimentId);
        Assert.Equal(["größer", "nlp"], (starts[0].Tags?.Keys ?? []).Order(StringComparer.InvariantCulture));
        Assert.Equal("""{"amp":true,"bad":"NaN","layers":12,"lr":0.001}""", starts[0].Hyperparams?.GetRawText());
        Assert.Equal([RunStatus.Completed, RunStatus.Failed],
            events.Select(item => item.Event).OfType<RunStopped>().Select(stop => stop.Status));
        Assert.Equal("stdout: a line", Assert.Single(events.Select(item => item.Event).OfType<LogWritten>()).Message);
        Assert.Equal("1 attributes of the type 'file' left out: Trainyard does not store them.", Assert.Single(reader.Report.Notices));
        Assert.Equal(reader.BytesTotal, reader.BytesRead);
        Assert.Equal("RUN-1_part_1.parquet", events.Last(item => item.Event is MetricsLogged).File);
    }

    [Fact]
    public async Task Fractional_steps_need_a_multiplier()
    {
        var file = await WriteAsync("n.parquet", "('p', 'R', 'loss', 'float_series', 0.5, NULL, NULL, 3, NULL, NULL, NULL, NULL)");

        var (_, fault) = await new NeptuneReader([file]).RefusedAsync();
        var whole = await new NeptuneReader([file], stepMultiplier: 10).AllAsync();

        Assert.Equal((RunFileFault.FractionalStep, "n.parquet"), (fault.Fault, fault.File));
        Assert.Equal("Series 'loss' has a step 0.500000, but steps must be whole numbers.", fault.Message);
        Assert.Equal([5], whole.Values().Select(point => point.Step));
    }

    [Fact]
    public async Task A_step_beyond_64_bits_is_no_step()
    {
        var file = await WriteAsync("n.parquet", """
            ('p', 'R', 'loss', 'float_series', 900000000000, NULL, NULL, 3, NULL, NULL, NULL, NULL),
            ('p', 'R', 'loss', 'float_series', -99999999999999999999.5, NULL, NULL, 3, NULL, NULL, NULL, NULL)
            """, "DECIMAL(28, 6)");

        Assert.Equal([900_000_000_000_000_000, long.MinValue],
            (await new NeptuneReader([file], stepMultiplier: 1_000_000).AllAsync()).Values().Select(point => point.Step));
    }

    [Fact]
    public async Task A_long_name_of_a_parameter_is_cut()
    {
        var path = string.Concat(Enumerable.Repeat("😀", 600));
        var file = await WriteAsync("n.parquet", $"('p', 'R', 'x{path}', 'int', NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL)");

        var start = Assert.IsType<RunStarted>((await new NeptuneReader([file]).AllAsync())[0].Event);

        var name = Assert.Single(start.Hyperparams?.EnumerateObject() ?? []).Name;
        Assert.Equal(($"x{path}"[..1023] + "\ufffd").Length, name.Length);
        Assert.EndsWith("😀\ufffd", name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_and_damaged_files_are_refused()
    {
        using var points = new MemoryStream();
        await using (var sink = await ParquetPoints.CreateAsync(points, TestContext.Current.CancellationToken))
        {
            await sink.WriteAsync(Samples.Series(), TestContext.Current.CancellationToken);
        }
        var whole = await File.ReadAllBytesAsync(
            await WriteAsync("n.parquet", "('p', 'R', 'loss', 'float_series', 1, NULL, NULL, 3, NULL, NULL, NULL, NULL)"),
            TestContext.Current.CancellationToken);

        Assert.Equal((RunFileFault.Malformed, "a.parquet has no column 'project_id': it is not a file of neptune-exporter."),
            await RefusalAsync(points.ToArray()));
        byte[] structsWithoutEnd = [.. Enumerable.Repeat((byte)0x1c, 500)];
        byte[] numberWithoutEnd = [0x15, .. Enumerable.Repeat((byte)0xff, 500)];
        byte[] listOfNothing = [0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07];
        byte[][] damagedFiles =
        [
            [], "PAR1"u8.ToArray(), "PAR1 but no more than that PAR1"u8.ToArray(), whole[..^100],
            WithFooter(structsWithoutEnd), WithFooter(numberWithoutEnd), WithFooter(listOfNothing), WithFooter([]),
        ];
        foreach (var damaged in damagedFiles)
        {
            Assert.Equal((RunFileFault.Malformed, "a.parquet is not a Parquet file, or is damaged."), await RefusalAsync(damaged));
        }
        var footer = new byte[20 << 20];
        BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(footer.Length - 8), 17 << 20);
        Assert.Equal((RunFileFault.TooLarge, "a.parquet has a footer of 17825792 bytes. The limit is 16777216 bytes."),
            await RefusalAsync(footer));

        async Task<(RunFileFault, string)> RefusalAsync(byte[] content)
        {
            var (_, fault) = await new NeptuneReader([folder.Write("a.parquet", content)]).RefusedAsync()
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            return (fault.Fault, fault.Message);
        }
    }

    [Fact]
    public async Task A_large_file_is_read_a_row_group_at_a_time()
    {
        const int RowsPerGroup = 20_480;
        var file = await WriteAsync("n.parquet", $"""
            SELECT 'p', 'R', 'loss', 'float_series', range, NULL, NULL, random(), NULL, NULL, NULL, NULL FROM range({3 * RowsPerGroup})
            """);
        var page = Assert.Single(await Duck.QueryAsync(
            $"SELECT data_page_offset FROM parquet_metadata('{file}') WHERE row_group_id = 2 AND path_in_schema = 'float_value'"));
        await using (var content = new FileStream(file, FileMode.Open))
        {
            content.Position = (long)page[0];
            content.Write(Enumerable.Repeat((byte)0xff, 100).ToArray());
        }

        var (before, fault) = await new NeptuneReader([file]).RefusedAsync();

        // The damaged last group is reached only after the events of the others have been returned.
        Assert.Equal(2 * RowsPerGroup, before.Values().Count());
        Assert.Equal((RunFileFault.Malformed, "n.parquet is not a Parquet file, or is damaged."), (fault.Fault, fault.Message));
    }

    private static byte[] WithFooter(byte[] footer) =>
        [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];

    private async Task<string> WriteAsync(string name, string rows, string steps = "DECIMAL(18, 6)")
    {
        var file = folder.PathTo(name);
        await Duck.RunAsync($$"""
            CREATE TABLE attributes (
                project_id VARCHAR, run_id VARCHAR, attribute_path VARCHAR, attribute_type VARCHAR, step {{steps}},
                "timestamp" TIMESTAMPTZ, int_value BIGINT, float_value DOUBLE, string_value VARCHAR, bool_value BOOLEAN,
                datetime_value TIMESTAMPTZ, string_set_value VARCHAR[]);
            INSERT INTO attributes {{(rows.StartsWith("SELECT", StringComparison.Ordinal) ? rows : $"VALUES {rows}")}};
            COPY (
                SELECT *, NULL::STRUCT(path VARCHAR) AS file_value,
                    NULL::STRUCT(type VARCHAR, edges DOUBLE[], "values" DOUBLE[]) AS histogram_value
                FROM attributes)
                TO '{{file}}' (FORMAT parquet, ROW_GROUP_SIZE 20480);
            """);
        return file;
    }
}
