using System.Buffers;
using System.Buffers.Binary;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Writes integers as zigzag varints (one byte for -64 to 63) and doubles as 8 bytes.</summary>
internal sealed class PackedWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Clear() => buffer.ResetWrittenCount();

    public void Whole(long number)
    {
        var rest = ((ulong)number << 1) ^ (ulong)(number >> 63);
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            span[length++] = (byte)(rest | 0x80);
        }
        span[length++] = (byte)rest;
        buffer.Advance(length);
    }

    public void Real(double number)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool AtEnd => rest.IsEmpty;

    public long Whole()
    {
        var (number, shift) = (0UL, 0);
        while (true)
        {
            var part = rest[0];
            rest = rest[1..];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return (long)(number >> 1) ^ -(long)(number & 1);
            }
            shift += 7;
        }
    }

    public double Real()
    {
        var number = BinaryPrimitives.ReadDoubleLittleEndian(rest);
        rest = rest[8..];
        return number;
    }
}
