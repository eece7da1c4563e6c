using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>Two neighbouring tokens and the stretch of the postings that lists where they may stand.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Pair(long Count, int First, int Second, int Start, int Length)
{
    /// <summary>More frequent first; among equals the smaller ids, as Hugging Face's trainer does.</summary>
    public bool ComesBefore(in Pair other) =>
        Count != other.Count ? Count > other.Count : First != other.First ? First < other.First : Second < other.Second;
}

/// <summary>A binary heap of pairs, the best on top.</summary>
internal sealed class PairQueue
{
    private Pair[] _heap = new Pair[1 << 16];

    public int Count { get; private set; }

    public ref readonly Pair Top => ref _heap[0];

    public void Push(in Pair pair)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        var index = Count++;
        while (index > 0 && pair.ComesBefore(_heap[(index - 1) / 2]))
        {
            _heap[index] = _heap[(index - 1) / 2];
            index = (index - 1) / 2;
        }

        _heap[index] = pair;
    }

    public Pair Pop()
    {
        var top = _heap[0];
        var last = _heap[--Count];
        var index = 0;
        for (var child = 1; child < Count; child = (2 * index) + 1)
        {
            if (child + 1 < Count && _heap[child + 1].ComesBefore(_heap[child]))
            {
                child++;
            }
            if (!_heap[child].ComesBefore(last))
            {
                break;
            }
            _heap[index] = _heap[child];
            index = child;
        }

        _heap[index] = last;
        return top;
    }
}
