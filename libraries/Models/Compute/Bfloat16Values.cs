using System.Runtime.Intrinsics;

namespace Trainyard.Models.Compute;

/// <summary>Conversions between float32 and bfloat16, its upper half.</summary>
internal static class Bfloat16Values
{
    public static void Widen(ReadOnlySpan<ushort> values, Span<float> into)
    {
        var index = 0;
        for (; index <= values.Length - Vector512<ushort>.Count; index += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(values[index..]));
            (low << 16).AsSingle().CopyTo(into[index..]);
            (high << 16).AsSingle().CopyTo(into[(index + Vector512<float>.Count)..]);
        }
        for (; index < values.Length; index++)
        {
            into[index] = BitConverter.UInt32BitsToSingle((uint)values[index] << 16);
        }
    }

    /// <summary>Rounds to the nearest, ties to even. A NaN may become any value.</summary>
    public static void Narrow(ReadOnlySpan<float> values, Span<ushort> into)
    {
        var index = 0;
        for (; index <= values.Length - Vector512<ushort>.Count; index += Vector512<ushort>.Count)
        {
            var low = Rounded(Vector512.Create(values[index..]).AsUInt32());
            var high = Rounded(Vector512.Create(values[(index + Vector512<float>.Count)..]).AsUInt32());
            Vector512.Narrow(low, high).CopyTo(into[index..]);
        }
        for (; index < values.Length; index++)
        {
            into[index] = Of(values[index]);
        }
    }

    public static ushort Of(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static Vector512<uint> Rounded(Vector512<uint> bits) =>
        (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512.Create(1u))) >> 16;
}
