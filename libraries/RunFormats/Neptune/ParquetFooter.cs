using static Trainyard.RunFormats.Neptune.ThriftType;

namespace Trainyard.RunFormats.Neptune;

/// <summary>
/// Checks the footer of a Parquet file before Parquet.Net reads it, which believes what a footer says of its types and reads some damaged
/// ones for ever. Source of the types: parquet.thrift of https://github.com/apache/parquet-format.
/// </summary>
internal static class ParquetFooter
{
    private static readonly Shape Nothing = [];
    private static readonly Shape KeyValue = new() { [1] = Binary, [2] = Binary };
    private static readonly Shape TimeUnit = new() { [1] = Nothing, [2] = Nothing, [3] = Nothing };
    private static readonly Shape Time = new() { [1] = True, [2] = TimeUnit };

    private static readonly Shape LogicalType = new()
    {
        [1] = Nothing,
        [2] = Nothing,
        [3] = Nothing,
        [4] = Nothing,
        [5] = new Shape { [1] = I32, [2] = I32 },
        [6] = Nothing,
        [7] = Time,
        [8] = Time,
        [10] = new Shape { [1] = ThriftType.Byte, [2] = True },
        [11] = Nothing,
        [12] = Nothing,
        [13] = Nothing,
        [14] = Nothing,
        [15] = Nothing,
    };

    private static readonly Shape SchemaElement = new()
    {
        [1] = I32,
        [2] = I32,
        [3] = I32,
        [4] = Binary,
        [5] = I32,
        [6] = I32,
        [7] = I32,
        [8] = I32,
        [9] = I32,
        [10] = LogicalType,
    };

    private static readonly Shape Statistics = new()
    {
        [1] = Binary,
        [2] = Binary,
        [3] = I64,
        [4] = I64,
        [5] = Binary,
        [6] = Binary,
        [7] = True,
        [8] = True,
    };

    private static readonly Shape ColumnMetaData = new()
    {
        [1] = I32,
        [2] = Field.ListOf(I32),
        [3] = Field.ListOf(Binary),
        [4] = I32,
        [5] = I64,
        [6] = I64,
        [7] = I64,
        [8] = Field.ListOf(KeyValue),
        [9] = I64,
        [10] = I64,
        [11] = I64,
        [12] = Statistics,
        [13] = Field.ListOf(new Shape { [1] = I32, [2] = I32, [3] = I32 }),
        [14] = I64,
        [15] = I32,
        [16] = new Shape { [1] = I64, [2] = Field.ListOf(I64), [3] = Field.ListOf(I64) },
    };

    private static readonly Shape ColumnChunk = new()
    {
        [1] = Binary,
        [2] = I64,
        [3] = ColumnMetaData,
        [4] = I64,
        [5] = I32,
        [6] = I64,
        [7] = I32,
    };

    private static readonly Shape RowGroup = new()
    {
        [1] = Field.ListOf(ColumnChunk),
        [2] = I64,
        [3] = I64,
        [4] = Field.ListOf(new Shape { [1] = I32, [2] = True, [3] = True }),
        [5] = I64,
        [6] = I64,
        [7] = I16,
    };

    private static readonly Shape FileMetaData = new()
    {
        [1] = I32,
        [2] = Field.ListOf(SchemaElement),
        [3] = I64,
        [4] = Field.ListOf(RowGroup),
        [5] = Field.ListOf(KeyValue),
        [6] = Binary,
        [7] = Field.ListOf(new Shape { [1] = Nothing }),
    };

    /// <exception cref="InvalidDataException">The footer is damaged, or of a kind that can't be read, such as encrypted.</exception>
    public static void Check(ReadOnlySpan<byte> footer) => new ThriftReader(footer).Skip(FileMetaData);
}
