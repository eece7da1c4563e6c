using System.Buffers.Binary;

namespace Trainyard.TensorBoard.Wire;

/// <summary>Reads tensors of one number, or of text. A number lies in the field of its type, packed or not, or as raw bytes.</summary>
internal static class TensorDecoder
{
    /// <returns>Null when it is neither one number nor text.</returns>
    public static SummaryValue? Decode(string tag, ProtoReader tensor)
    {
        var (type, number, numbers, texts) = (default(TensorType), 0.0, 0, (List<string>?)null);
        ReadOnlySpan<byte> raw = default;
        while (tensor.Next())
        {
            switch (tensor.Field, tensor.Type)
            {
                case (1, _):
                    type = (TensorType)tensor.Varint();
                    break;
                case (4, _):
                    raw = tensor.Bytes();
                    break;
                case (8, _):
                    (texts ??= []).Add(tensor.Text());
                    break;
                case (5, WireType.Fixed32):
                    (number, numbers) = (tensor.Float(), numbers + 1);
                    break;
                case (6, WireType.Fixed64):
                    (number, numbers) = (tensor.Double(), numbers + 1);
                    break;
                case (7 or 10 or 11 or 13 or 16 or 17, WireType.Varint):
                    (number, numbers) = (Integer(type, tensor.Varint()), numbers + 1);
                    break;
                case (5 or 6 or 7 or 10 or 11 or 13 or 16 or 17, WireType.Bytes):
                    numbers += Packed(type, tensor.Field, tensor.Bytes(), ref number);
                    break;
                default:
                    tensor.Skip();
                    break;
            }
        }
        return (texts, numbers) switch
        {
            ({ } lines, 0) when type is TensorType.Text => new TextValue(tag, string.Join('\n', lines)),
            (null, 1) => new ScalarValue(tag, number, Form(type)),
            (null, 0) when Raw(type, raw) is { } scalar => new ScalarValue(tag, scalar, Form(type)),
            _ => null,
        };
    }

    private static ScalarForm Form(TensorType type) => type is TensorType.Float64 ? ScalarForm.Float64Tensor : ScalarForm.Float32Tensor;

    /// <summary>How many numbers are packed, and the first of them.</summary>
    private static int Packed(TensorType type, int field, ReadOnlySpan<byte> bytes, ref double number)
    {
        switch (field)
        {
            case 5 when bytes.Length == sizeof(float):
                number = BinaryPrimitives.ReadSingleLittleEndian(bytes);
                return 1;
            case 6 when bytes.Length == sizeof(double):
                number = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
                return 1;
            case 5 or 6:
                return bytes.Length;
            default:
                var count = 0;
                for (var packed = new ProtoReader(bytes); packed.NextPacked(out var value); count++)
                {
                    number = Integer(type, value);
                }
                return count;
        }
    }

    private static double Integer(TensorType type, long value) => type switch
    {
        TensorType.Float16 => (double)BitConverter.UInt16BitsToHalf((ushort)value),
        TensorType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)(ushort)value << 16),
        TensorType.UInt64 => (ulong)value,
        _ => value,
    };

    private static double? Raw(TensorType type, ReadOnlySpan<byte> raw) => (type, raw.Length) switch
    {
        (TensorType.Float32, 4) => BinaryPrimitives.ReadSingleLittleEndian(raw),
        (TensorType.Float64, 8) => BinaryPrimitives.ReadDoubleLittleEndian(raw),
        (TensorType.Float16, 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(raw),
        (TensorType.BFloat16, 2) => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(raw) << 16),
        (TensorType.Int64, 8) => BinaryPrimitives.ReadInt64LittleEndian(raw),
        (TensorType.UInt64, 8) => BinaryPrimitives.ReadUInt64LittleEndian(raw),
        (TensorType.Int32, 4) => BinaryPrimitives.ReadInt32LittleEndian(raw),
        (TensorType.UInt32, 4) => BinaryPrimitives.ReadUInt32LittleEndian(raw),
        (TensorType.Int16, 2) => BinaryPrimitives.ReadInt16LittleEndian(raw),
        (TensorType.UInt16, 2) => BinaryPrimitives.ReadUInt16LittleEndian(raw),
        (TensorType.Int8, 1) => (sbyte)raw[0],
        (TensorType.UInt8 or TensorType.Bool, 1) => raw[0],
        _ => null,
    };
}
