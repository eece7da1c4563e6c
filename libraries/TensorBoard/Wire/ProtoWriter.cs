using System.Buffers.Binary;
using System.Text;

namespace Trainyard.TensorBoard.Wire;

/// <summary>
/// Writes the Protocol Buffers wire format field by field into a growing buffer. Callers omit fields with default values.
/// </summary>
internal sealed class ProtoWriter
{
    private byte[] bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Varint(int field, long value)
    {
        Tag(field, WireType.Varint);
        Raw((ulong)value);
    }

    public void Double(int field, double value)
    {
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);
    }

    public void Float(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Take(sizeof(float)), value);
    }

    public void Text(int field, string value)
    {
        Tag(field, WireType.Bytes);
        var length = Encoding.UTF8.GetByteCount(value);
        Raw((ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Raw((ulong)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Begins a message within the message; what is written until <see cref="End"/> is its content.</summary>
    /// <returns>What to give to <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        return Length;
    }

    /// <summary>
    /// Inserts the length before the content and moves the content. Messages are short, and measuring them first would need more code.
    /// </summary>
    public void End(int start)
    {
        var length = Length - start;
        var prefix = VarintLength((ulong)length);
        Take(prefix);
        bytes.AsSpan(start, length).CopyTo(bytes.AsSpan(start + prefix));
        WriteVarint(bytes.AsSpan(start, prefix), (ulong)length);
    }

    private void Tag(int field, WireType type) => Raw(((ulong)field << 3) | (ulong)type);

    private void Raw(ulong value) => WriteVarint(Take(VarintLength(value)), value);

    private static int VarintLength(ulong value) => (70 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7;

    private static void WriteVarint(Span<byte> target, ulong value)
    {
        for (var index = 0; index < target.Length; index++, value >>= 7)
        {
            target[index] = (byte)(index == target.Length - 1 ? value : value | 0x80);
        }
    }

    private Span<byte> Take(int count)
    {
        if (count > bytes.Length - Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
        }
        Length += count;
        return bytes.AsSpan(Length - count, count);
    }
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
