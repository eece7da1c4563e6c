using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace Trainyard.Models.Compute;

/// <summary>
/// Draws masks of dropout. The value at an index is a function of the key and the index alone (SplitMix64 of a counter, Steele et al.,
/// 2014), so any number of threads draws the same mask.
/// </summary>
internal static class DropoutMask
{
    private const int ChunkLength = 1 << 15;
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Fills a tensor with 0 at the given share of its elements, and 1 / (1 - share) elsewhere.</summary>
    /// <param name="mask">float32 or bfloat16, contiguous.</param>
    /// <param name="share">From 0 to below 1.</param>
    /// <param name="key">Chooses the mask.</param>
    public static void Fill(torch.Tensor mask, double share, ulong key)
    {
        var length = checked((int)mask.numel());
        var dropped = (uint)(share * uint.MaxValue);
        var kept = (float)(1 / (1 - share));
        var isFloat = mask.dtype == torch.ScalarType.Float32;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() };
        Parallel.For(0, (length + ChunkLength - 1) / ChunkLength, parallel, chunk =>
        {
            var start = chunk * ChunkLength;
            var count = Math.Min(ChunkLength, length - start);
            if (isFloat)
            {
                Fill(mask.Floats().Slice(start, count), dropped, kept, key, start);
            }
            else
            {
                Fill(MemoryMarshal.Cast<byte, ushort>(mask.bytes).Slice(start, count), dropped, Bfloat16Values.Of(kept), key, start);
            }
        });
    }

    private static void Fill(Span<float> values, uint dropped, float kept, ulong key, int start)
    {
        var (threshold, value, width) = (Vector512.Create(dropped), Vector512.Create(kept).AsUInt32(), Vector512<float>.Count);
        var counters = Counters(key, start);
        var index = 0;
        for (; index <= values.Length - width; index += width)
        {
            var chosen = Vector512.GreaterThanOrEqual(Random(ref counters), threshold) & value;
            chosen.AsSingle().CopyTo(values[index..]);
        }
        if (index < values.Length)
        {
            var last = Random(ref counters);
            for (var lane = 0; index < values.Length; index++, lane++)
            {
                values[index] = last[lane] >= dropped ? kept : 0;
            }
        }
    }

    private static void Fill(Span<ushort> values, uint dropped, ushort kept, ulong key, int start)
    {
        var (threshold, value, width) = (Vector512.Create(dropped), Vector512.Create(kept), Vector512<ushort>.Count);
        var counters = Counters(key, start);
        var index = 0;
        for (; index <= values.Length - width; index += width)
        {
            var low = Vector512.GreaterThanOrEqual(Random(ref counters), threshold);
            var high = Vector512.GreaterThanOrEqual(Random(ref counters), threshold);
            (Vector512.Narrow(low, high) & value).CopyTo(values[index..]);
        }
        for (var lane = Vector512<uint>.Count; index < values.Length; index += lane)
        {
            var random = Random(ref counters);
            for (var next = 0; next < Math.Min(lane, values.Length - index); next++)
            {
                values[index + next] = random[next] >= dropped ? kept : (ushort)0;
            }
        }
    }

    // A counter gives two values of 32 bits, so an element's counter is half its index.
    private static Vector512<ulong> Counters(ulong key, int start) =>
        Vector512.Create(key) + (Vector512<ulong>.Indices + Vector512.Create((ulong)start / 2)) * Golden;

    private static Vector512<uint> Random(ref Vector512<ulong> counters)
    {
        var z = counters;
        counters += Vector512.Create(unchecked(Golden * 8));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)).AsUInt32();
    }
}
