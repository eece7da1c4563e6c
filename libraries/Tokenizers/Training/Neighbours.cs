using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>Counts a new token's neighbours by id, in arrays as long as the vocabulary, and allocates the postings of each pair.</summary>
internal sealed class Neighbours(int vocabularySize)
{
    private readonly Side _left = new(vocabularySize), _right = new(vocabularySize);

    public void CountLeft(int token, uint weight) => _left.Count(token, weight);

    public void CountRight(int token, uint weight) => _right.Count(token, weight);

    public int NextLeft(int token) => _left.Next(token);

    public int NextRight(int token) => _right.Next(token);

    /// <summary>
    /// Allocates a range of the postings, from <paramref name="start"/> on, to every pair that is frequent enough; returns the end.
    /// </summary>
    public int AssignPlaces(int start, long minCount) => _right.Assign(_left.Assign(start, minCount), minCount);

    /// <summary>Queues the pairs and forgets them.</summary>
    public void Drain(int token, PairQueue queue)
    {
        foreach (var (other, count, start, length) in _left.Drain())
        {
            queue.Push(new(count, other, token, start, length));
        }
        foreach (var (other, count, start, length) in _right.Drain())
        {
            queue.Push(new(count, token, other, start, length));
        }
    }

    private sealed class Side(int vocabularySize)
    {
        private readonly Tally[] _tallies = new Tally[vocabularySize];
        private readonly List<int> _seen = [];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Count(int token, uint weight)
        {
            ref var tally = ref _tallies[token];
            if (tally.Length++ == 0)
            {
                _seen.Add(token);
            }
            tally.Count += weight;
        }

        public int Assign(int start, long minCount)
        {
            foreach (var token in _seen)
            {
                ref var tally = ref _tallies[token];
                tally.Next = tally.Count >= minCount ? start : -1;
                start = checked(start + (tally.Next < 0 ? 0 : tally.Length));
            }

            return start;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Next(int token)
        {
            ref var tally = ref _tallies[token];
            return tally.Next < 0 ? -1 : tally.Next++;
        }

        public IEnumerable<(int Token, long Count, int Start, int Length)> Drain()
        {
            foreach (var token in _seen)
            {
                var tally = _tallies[token];
                _tallies[token] = default;
                if (tally.Next >= 0)
                {
                    yield return (token, tally.Count, tally.Next - tally.Length, tally.Length);
                }
            }

            _seen.Clear();
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Tally
    {
        public long Count;
        public int Length;
        public int Next;
    }
}
