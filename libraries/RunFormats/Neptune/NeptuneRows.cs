using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using Trainyard.Contracts.Json;

namespace Trainyard.RunFormats.Neptune;

/// <summary>One value of one attribute of one run.</summary>
internal sealed record NeptuneRow(
    string Project, string Run, string Path, string Type, decimal? Step, DateTimeOffset? Time,
    long? Integer, double? Number, string? Text, bool? Flag, DateTimeOffset? Date, IReadOnlyList<string> Texts);

/// <summary>Reads neptune-exporter's Parquet schema, a row group at a time.</summary>
internal static class NeptuneRows
{
    // A row group is read into memory as a whole. neptune-exporter writes some thousand rows per group.
    private const long MaxGroupBytes = 256L << 20;
    private const long MaxRowsInGroup = 1_000_000;
    private const uint MaxFooterBytes = 16 << 20;

    private static readonly string[] Columns =
        ["project_id", "run_id", "attribute_path", "attribute_type", "step", "timestamp", "int_value", "float_value", "string_value",
            "bool_value", "datetime_value"];

    public static async IAsyncEnumerable<NeptuneRow> ReadAsync(string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        await using var content = File.OpenRead(file);
        await using var reader = await GuardAsync(name, async () =>
        {
            CheckFooter(content, name);
            return await ParquetReader.CreateAsync(content, cancellationToken: cancellationToken);
        });
        var fields = reader.Schema.DataFields.ToDictionary(field => Name(field), StringComparer.Ordinal);
        if (Columns.FirstOrDefault(column => !fields.ContainsKey(column)) is { } missing)
        {
            throw new InvalidRunFileException(RunFileFault.Malformed, name,
                $"{name} has no column '{missing}': it is not a file of neptune-exporter.");
        }
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            if (rows.RowCount > MaxRowsInGroup || rows.RowGroup.TotalByteSize > MaxGroupBytes)
            {
                throw new InvalidRunFileException(RunFileFault.TooLarge, name,
                    $"{name} has a row group of {rows.RowCount} rows and {rows.RowGroup.TotalByteSize} bytes. "
                    + $"The limits are {MaxRowsInGroup} rows and {MaxGroupBytes} bytes.");
            }
            foreach (var row in await GuardAsync(name, () => GroupAsync(rows, fields, cancellationToken)))
            {
                yield return row;
            }
        }
    }

    /// <summary>Parquet.Net reads the footer into memory as a whole. The end of the file has its length.</summary>
    private static void CheckFooter(Stream content, string name)
    {
        const int LengthAndMark = 8;
        Span<byte> end = stackalloc byte[LengthAndMark];
        content.Seek(-LengthAndMark, SeekOrigin.End);
        content.ReadExactly(end);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > MaxFooterBytes && length <= content.Length)
        {
            throw new InvalidRunFileException(RunFileFault.TooLarge, name,
                $"{name} has a footer of {length} bytes. The limit is {MaxFooterBytes} bytes.");
        }
        content.Seek(-LengthAndMark - (long)length, SeekOrigin.End);
        var footer = new byte[length];
        content.ReadExactly(footer);
        ParquetFooter.Check(footer);
    }

    private static async Task<List<NeptuneRow>> GroupAsync(
        ParquetRowGroupReader rows, Dictionary<string, DataField> fields, CancellationToken cancellationToken)
    {
        var project = await TextAsync("project_id");
        var run = await TextAsync("run_id");
        var path = await TextAsync("attribute_path");
        var type = await TextAsync("attribute_type");
        var step = await ColumnAsync<decimal>("step");
        var time = await ColumnAsync<DateTime>("timestamp");
        var integer = await ColumnAsync<long>("int_value");
        var number = await ColumnAsync<double>("float_value");
        var text = await TextAsync("string_value");
        var flag = await ColumnAsync<bool>("bool_value");
        var date = await ColumnAsync<DateTime>("datetime_value");
        var sets = fields.Values.FirstOrDefault(field => Name(field).StartsWith("string_set_value/", StringComparison.Ordinal)) is { } set
            ? await SetsAsync(rows, set, cancellationToken)
            : [];
        return [.. Enumerable.Range(0, (int)rows.RowCount).Select(row => new NeptuneRow(
            project[row] ?? "", run[row] ?? "", path[row] ?? "", type[row] ?? "", step[row], Utc(time[row]),
            integer[row], number[row], text[row], flag[row], Utc(date[row]), sets.GetValueOrDefault(row) ?? []))];

        async Task<T?[]> ColumnAsync<T>(string name) where T : struct
        {
            var values = new T?[rows.RowCount];
            await rows.ReadAsync<T>(fields[name], values.AsMemory(), cancellationToken: cancellationToken);
            return values;
        }

        async Task<string?[]> TextAsync(string name)
        {
            var values = new string?[rows.RowCount];
            await rows.ReadAsync(fields[name], values.AsMemory(), cancellationToken: cancellationToken);
            return values;
        }
    }

    /// <summary>The lists of texts by row. The maximum definition level marks a value; repetition level 0 starts a row.</summary>
    private static async Task<Dictionary<int, List<string>>> SetsAsync(
        ParquetRowGroupReader rows, DataField field, CancellationToken cancellationToken)
    {
        var sets = new Dictionary<int, List<string>>();
        using var raw = await rows.ReadRawColumnDataBaseAsync(field, cancellationToken);
        if (raw is not RawColumnData<ReadOnlyMemory<char>> texts)
        {
            return sets;
        }
        var (row, next) = (-1, 0);
        for (var index = 0; index < texts.DefinitionLevels.Length; index++)
        {
            row += texts.RepetitionLevels[index] == 0 ? 1 : 0;
            if (texts.DefinitionLevels[index] == field.MaxDefinitionLevel)
            {
                (sets.TryGetValue(row, out var known) ? known : sets[row] = []).Add(texts.Values[next++].ToString());
            }
        }
        return sets;
    }

    private static string Name(DataField field) => string.Join('/', field.Path);

    private static DateTimeOffset? Utc(DateTime? time) => time is { } given ? UtcTimeConverter.ToUtc(given) : null;

    /// <summary>Parquet.Net throws any exception on damaged bytes. Callers get one for all of them.</summary>
    private static async Task<T> GuardAsync<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidRunFileException))
        {
            throw new InvalidRunFileException(
                RunFileFault.Malformed, name, $"{name} is not a Parquet file, or is damaged.", exception);
        }
    }
}
