using System.Globalization;
using Google.Protobuf;

namespace Trainyard.Harness.Telemetry;

/// <summary>A protobuf message read without its schema: the values of each field number, as they stand on the wire.</summary>
internal sealed class ProtobufMessage
{
    private readonly Dictionary<int, List<ByteString>> texts = [];
    private readonly Dictionary<int, List<ulong>> numbers = [];

    public ProtobufMessage(ByteString bytes)
    {
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    Add(texts, field, input.ReadBytes());
                    break;
                case WireFormat.WireType.Varint:
                    Add(numbers, field, input.ReadUInt64());
                    break;
                case WireFormat.WireType.Fixed64:
                    Add(numbers, field, input.ReadFixed64());
                    break;
                case WireFormat.WireType.Fixed32:
                    Add(numbers, field, input.ReadFixed32());
                    break;
                default:
                    throw new InvalidDataException($"Field {field} is of a kind that OTLP does not use.");
            }
        }
    }

    public bool Has(int field) => texts.ContainsKey(field) || numbers.ContainsKey(field);

    public IEnumerable<ProtobufMessage> Messages(int field) =>
        texts.GetValueOrDefault(field, []).Select(bytes => new ProtobufMessage(bytes));

    public string Text(int field) => texts.TryGetValue(field, out var values) ? values[^1].ToStringUtf8() : "";

    /// <summary>An id: bytes, in hexadecimal.</summary>
    public string Id(int field) => texts.TryGetValue(field, out var values) ? Convert.ToHexStringLower(values[^1].Span) : "";

    public long Number(int field) => numbers.TryGetValue(field, out var values) ? (long)values[^1] : 0;

    public double Double(int field) => BitConverter.Int64BitsToDouble(Number(field));

    /// <summary>Repeated doubles, packed.</summary>
    public IReadOnlyList<double> Doubles(int field) =>
        texts.TryGetValue(field, out var values)
            ? [.. values[^1].ToByteArray().Chunk(sizeof(double)).Select(bytes => BitConverter.ToDouble(bytes))]
            : [];

    /// <summary>A value of OpenTelemetry's any type, as text.</summary>
    public static string Any(ProtobufMessage? value) => value switch
    {
        null => "",
        _ when value.Has(1) => value.Text(1),
        _ when value.Has(2) => value.Number(2) != 0 ? "true" : "false",
        _ when value.Has(3) => value.Number(3).ToString(CultureInfo.InvariantCulture),
        _ when value.Has(4) => value.Double(4).ToString(CultureInfo.InvariantCulture),
        _ when value.Has(5) => string.Join(',', value.Messages(5).SelectMany(list => list.Messages(1)).Select(Any)),
        _ when value.Has(7) => value.Id(7),
        _ => "",
    };

    /// <summary>A list of key and value. A key that comes twice is an error: receivers keep one of the two.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int field) =>
        Messages(field).ToDictionary(pair => pair.Text(1), pair => Any(pair.Messages(2).FirstOrDefault()), StringComparer.Ordinal);

    private static void Add<T>(Dictionary<int, List<T>> fields, int field, T value)
    {
        if (!fields.TryGetValue(field, out var values))
        {
            fields[field] = values = [];
        }
        values.Add(value);
    }
}
