using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Trainyard.Tokenizers;

/// <summary>
/// Learns byte-pair merges from word counts, identical to Hugging Face's trainer (Sennrich, Haddow and Birch, 2016).
/// <para>
/// All words are in one array, with a slot per byte. A token writes its id into its first and last slot, so both neighbours of a position
/// are found in one step. All occurrences of a token arise in the merge that creates it, so the positions of a new pair are known at once
/// and never grow, and pairs need no lookup by ids. Counts only fall afterwards, so a pair is recounted only when it reaches the top of
/// the queue.
/// </para>
/// </summary>
internal sealed class MergeLearner
{
    private readonly PairQueue _queue = new();
    private readonly List<byte[]?> _bytes;
    private readonly Dictionary<string, int> _specialIds;
    private readonly long _minCount;
    private readonly Slot[] _slots;
    private readonly Neighbours _neighbours;
    private readonly int[] _lengths;
    private int[] _postings = [];
    private int _postingsEnd;

    public MergeLearner(WordTable<ulong> words, BpeTrainingOptions options)
    {
        _minCount = options.MinFrequency;
        _specialIds = options.SpecialTokens
            .Select((token, id) => (token, id))
            .ToDictionary(special => special.token, special => special.id, StringComparer.Ordinal);
        _bytes = [.. options.SpecialTokens.Select(_ => (byte[]?)null), .. ByteAlphabet.Order.Select(value => new[] { value })];
        _lengths = new int[options.VocabularySize];
        _lengths.AsSpan(options.SpecialTokens.Count, ByteAlphabet.Size).Fill(1);
        _neighbours = new(options.VocabularySize);
        _slots = Lay(words, options.SpecialTokens.Count);
    }

    /// <summary>The merges learned so far, in order.</summary>
    public List<(int First, int Second)> Merges { get; } = [];

    /// <summary>The bytes of every token so far by id; null for a special token no merge has made.</summary>
    public IReadOnlyList<byte[]?> Tokens => _bytes;

    /// <summary>Merges until the vocabulary has the wanted size or no pair occurs often enough; false in the latter case.</summary>
    public bool Learn(int vocabularySize, Action<int> report, CancellationToken ct)
    {
        QueueBytePairs(_specialIds.Count);
        while (_bytes.Count < vocabularySize)
        {
            ct.ThrowIfCancellationRequested();
            if (_queue.Count == 0)
            {
                return false;
            }

            var pair = Recount(_queue.Pop());
            if (pair.Count < _minCount)
            {
                continue;
            }
            if (_queue.Count > 0 && _queue.Top.ComesBefore(pair))
            {
                _queue.Push(pair);
                continue;
            }

            Merge(pair);
            report(Merges.Count);
        }

        return true;
    }

    // Words follow one another with an empty slot before, between and after them.
    private static Slot[] Lay(WordTable<ulong> words, int firstByteId)
    {
        var ids = new int[ByteAlphabet.Size];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[ByteAlphabet.Order[i]] = firstByteId + i;
        }

        var slots = new Slot[checked(words.TotalBytes + words.Count + 1)];
        var next = 0;
        slots[next++].Token = Slot.Empty;
        words.ForEach((word, ref count) =>
        {
            var weight = (uint)Math.Min(count, uint.MaxValue);
            foreach (var value in word)
            {
                slots[next++] = new() { Token = ids[value], Weight = weight };
            }
            slots[next++].Token = Slot.Empty;
        });
        return slots;
    }

    private void QueueBytePairs(int firstByteId)
    {
        var pairs = new (long Count, int Length)[ByteAlphabet.Size * ByteAlphabet.Size];
        for (var place = 1; place < _slots.Length - 1; place++)
        {
            if (PairAt(place) is >= 0 and var index)
            {
                pairs[index] = (pairs[index].Count + _slots[place].Weight, pairs[index].Length + 1);
            }
        }

        var starts = new int[pairs.Length];
        for (var index = 0; index < pairs.Length; index++)
        {
            starts[index] = _postingsEnd;
            _postingsEnd += pairs[index].Count >= _minCount ? pairs[index].Length : 0;
        }

        _postings = new int[_postingsEnd];
        for (var place = 1; place < _slots.Length - 1; place++)
        {
            if (PairAt(place) is >= 0 and var index && pairs[index].Count >= _minCount)
            {
                _postings[starts[index]++] = place;
            }
        }

        for (var index = 0; index < pairs.Length; index++)
        {
            var (count, length) = pairs[index];
            var (first, second) = Math.DivRem(index, ByteAlphabet.Size);
            if (length > 0 && count >= _minCount)
            {
                _queue.Push(new(count, firstByteId + first, firstByteId + second, starts[index] - length, length));
            }
        }

        int PairAt(int place)
        {
            var (first, second) = (_slots[place].Token, _slots[place + 1].Token);
            return first < 0 || second < 0 ? -1 : ((first - firstByteId) * ByteAlphabet.Size) + second - firstByteId;
        }
    }

    /// <summary>Drops the places where the pair no longer stands.</summary>
    private Pair Recount(Pair pair)
    {
        var slots = _slots;
        var postings = _postings.AsSpan(pair.Start, pair.Length);
        var step = _lengths[pair.First];
        var (count, kept) = (0L, 0);
        for (var i = 0; i < postings.Length; i++)
        {
            Prefetch(postings, i);
            var place = postings[i];
            if (slots[place].Token != pair.First || slots[place + step].Token != pair.Second)
            {
                continue;
            }
            postings[kept++] = place;
            count += slots[place].Weight;
        }

        return pair with { Count = count, Length = kept };
    }

    private void Merge(in Pair pair)
    {
        var (first, second) = (pair.First, pair.Second);
        byte[] bytes = [.. BytesOf(first), .. BytesOf(second)];
        var token = _specialIds.GetValueOrDefault(ByteAlphabet.Write(bytes), _bytes.Count);
        if (token == _bytes.Count)
        {
            _bytes.Add(null);
        }
        _bytes[token] = bytes;
        _lengths[token] = bytes.Length;
        Merges.Add((first, second));

        var places = _postings.AsSpan(pair.Start, pair.Length);
        var merged = Replace(places, first, second, token);
        QueueNewPairs(places[..merged], token);
    }

    /// <summary>Writes the new token over its parts; gives the number of places, which it moves to the front.</summary>
    private int Replace(Span<int> places, int first, int second, int token)
    {
        var slots = _slots;
        var (step, length, merged) = (_lengths[first], _lengths[token], 0);
        foreach (var place in places)
        {
            // A run such as "aaa" holds overlapping pairs: the one before may have taken this one's tokens.
            if (slots[place].Token != first || slots[place + step].Token != second)
            {
                continue;
            }
            slots[place + step].Token = Slot.Empty;
            slots[place].Token = token;
            slots[place + length - 1].Token = token;
            places[merged++] = place;
        }

        return merged;
    }

    private void QueueNewPairs(ReadOnlySpan<int> places, int token)
    {
        var length = _lengths[token];
        foreach (var place in places)
        {
            var weight = _slots[place].Weight;
            if (_slots[place - 1].Token is >= 0 and var left && left != token)
            {
                _neighbours.CountLeft(left, weight);
            }
            if (_slots[place + length].Token is >= 0 and var right)
            {
                _neighbours.CountRight(right, weight);
            }
        }

        Reserve(_neighbours.AssignPlaces(_postingsEnd, _minCount));
        foreach (var place in places)
        {
            if (_slots[place - 1].Token is >= 0 and var left && left != token && _neighbours.NextLeft(left) is >= 0 and var before)
            {
                _postings[before] = place - _lengths[left];
            }
            if (_slots[place + length].Token is >= 0 and var right && _neighbours.NextRight(right) is >= 0 and var after)
            {
                _postings[after] = place;
            }
        }

        _neighbours.Drain(token, _queue);
    }

    private void Reserve(int end)
    {
        if (end > _postings.Length)
        {
            Array.Resize(ref _postings, (int)Math.Min(Array.MaxLength, Math.Max(end, _postings.Length * 3L / 2)));
        }
        _postingsEnd = end;
    }

    private byte[] BytesOf(int token) => _bytes[token] ?? throw new InvalidOperationException($"Token {token} has no bytes.");

    // The places of a pair are scattered over the whole array: ask for the next ones while this one is looked at.
    private unsafe void Prefetch(ReadOnlySpan<int> postings, int index)
    {
        if (Sse.IsSupported && index + 12 < postings.Length)
        {
            fixed (Slot* slot = &_slots[postings[index + 12]])
            {
                Sse.Prefetch0(slot);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        public const int Empty = -1;

        public int Token;
        public uint Weight;
    }
}
