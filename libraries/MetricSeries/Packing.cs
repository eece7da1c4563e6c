using System.Buffers;
using System.Buffers.Binary;

namespace Trainyard.MetricSeries;

/// <summary>Writes integers as zigzag varints (one byte for -64 to 63) and doubles as 8 bytes.</summary>
public sealed class PackedWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>What has been written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>Forgets what has been written and keeps the buffer.</summary>
    public void Clear() => buffer.ResetWrittenCount();

    /// <summary>Writes an integer in 1 to 10 bytes.</summary>
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

    /// <summary>Writes a double in 8 bytes.</summary>
    public void Real(double number)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}

/// <summary>Reads what <see cref="PackedWriter"/> wrote. Reading past the end throws <see cref="IndexOutOfRangeException"/>.</summary>
/// <param name="bytes">The bytes.</param>
public ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>Whether all bytes are read.</summary>
    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Reads an integer.</summary>
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

    /// <summary>Reads a double.</summary>
    public double Real()
    {
        var number = BinaryPrimitives.ReadDoubleLittleEndian(rest);
        rest = rest[8..];
        return number;
    }
}
