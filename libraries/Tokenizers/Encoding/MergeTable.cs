using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>What two neighbouring tokens merge into, and how early.</summary>
internal sealed class MergeTable
{
    public const int None = int.MaxValue;

    private readonly Entry[] _entries;

    public MergeTable(IReadOnlyList<(int First, int Second, int Result)> merges)
    {
        _entries = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2))];
        Array.Fill(_entries, new Entry { First = -1, Rank = None });
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (first, second, result) = merges[rank];
            ref var entry = ref Find(first, second);
            entry = new Entry { First = first, Second = second, Rank = rank, Result = result };
        }
    }

    /// <summary>The position of the merge in the order of learning, <see cref="None"/> when there is none.</summary>
    public int Rank(int first, int second) => Find(first, second).Rank;

    public int Result(int first, int second) => Find(first, second).Result;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Find(int first, int second)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        var hash = (((ulong)(uint)first << 32) | (uint)second) * 0x9E3779B97F4A7C15;
        for (var index = (int)(hash >> 36) & mask; ; index = (index + 1) & mask)
        {
            ref var entry = ref entries[index];
            if ((entry.First == first && entry.Second == second) || entry.First < 0)
            {
                return ref entry;
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public int First, Second, Rank, Result;
    }
}
