using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>Turns words into token ids and remembers those it has seen. Holds its buffers between calls: one thread at a time.</summary>
internal sealed class WordEncoder(BpeTokenizer tokenizer)
{
    private const int MaxCachedWords = 1 << 17, MaxCachedWordBytes = 64, ShortWord = 48;

    private readonly WordTable<Cached> _cache = new();
    private readonly List<int> _cachedIds = [];
    private readonly List<int> _fresh = [];
    private readonly PriorityQueue<int, ulong> _queue = new();
    private int[] _symbols = new int[ShortWord], _ranks = new int[ShortWord], _next = [], _previous = [];

    public TextNormalizer Normalizer { get; } = new(tokenizer.Normalization, tokenizer.Lowercase);

    /// <summary>Splits text without special tokens into words and appends their tokens.</summary>
    public void Encode(ReadOnlySpan<byte> text, List<int> ids)
    {
        if (tokenizer.Definition.AddPrefixSpace && text is [not (byte)' ', ..])
        {
            byte[] spaced = [(byte)' ', .. text];
            text = spaced;
        }
        var appender = new Appender(this, ids);
        tokenizer.Splitter.Split(text, ref appender);
    }

    /// <summary>Appends the tokens of one word: the earliest learned merge first, the leftmost of equals.</summary>
    public void Merge(ReadOnlySpan<byte> word, List<int> ids)
    {
        if (tokenizer.WholeWord(word) is { } whole)
        {
            ids.Add(whole);
            return;
        }

        var count = Spell(word);
        if (count <= ShortWord)
        {
            count = MergeShort(count);
        }
        else
        {
            count = MergeLong(count);
        }
        ids.AddRange(_symbols.AsSpan(0, count));
    }

    private void AppendCached(ReadOnlySpan<byte> text, int start, int end, List<int> ids)
    {
        if (_cache.Count >= MaxCachedWords)
        {
            _cache.Clear();
            _cachedIds.Clear();
        }

        ref var cached = ref _cache.GetOrAdd(text, start, end, out var added);
        if (added)
        {
            _fresh.Clear();
            Merge(text[start..end], _fresh);
            cached = _fresh is [var only] ? new() { First = only, Count = 1 } : new() { First = _cachedIds.Count, Count = _fresh.Count };
            if (cached.Count != 1)
            {
                _cachedIds.AddRange(_fresh);
            }
        }

        if (cached.Count == 1)
        {
            ids.Add(cached.First);
        }
        else
        {
            ids.AddRange(CollectionsMarshal.AsSpan(_cachedIds).Slice(cached.First, cached.Count));
        }
    }

    // Skips bytes without a token, like Hugging Face's model without an unknown token.
    private int Spell(ReadOnlySpan<byte> word)
    {
        if (_symbols.Length < word.Length)
        {
            (_symbols, _ranks) = (new int[word.Length], new int[word.Length]);
        }

        var count = 0;
        foreach (var value in word)
        {
            if (tokenizer.ByteIds[value] is >= 0 and var id)
            {
                _symbols[count++] = id;
            }
        }

        return count;
    }

    private int MergeShort(int count)
    {
        var symbols = _symbols.AsSpan(0, count);
        var ranks = _ranks.AsSpan(0, count);
        var merges = tokenizer.Merges;
        for (var i = 0; i + 1 < count; i++)
        {
            ranks[i] = merges.Rank(symbols[i], symbols[i + 1]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
            {
                if (ranks[i] < ranks[best])
                {
                    best = i;
                }
            }

            if (ranks[best] == MergeTable.None)
            {
                break;
            }
            symbols[best] = merges.Result(symbols[best], symbols[best + 1]);
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 2)..count].CopyTo(ranks[(best + 1)..]);
            count--;
            if (best > 0)
            {
                ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best]);
            }
            if (best < count - 1)
            {
                ranks[best] = merges.Rank(symbols[best], symbols[best + 1]);
            }
        }

        return count;
    }

    // O(n log n), where MergeShort is O(n²). Positions are linked to their neighbours. A queue entry is stale if its rank no longer
    // matches. The priority packs rank and position into one number: comparing tuples would take longer than everything else.
    private int MergeLong(int count)
    {
        if (_next.Length < count)
        {
            (_next, _previous) = (new int[_symbols.Length], new int[_symbols.Length]);
        }

        _queue.Clear();
        for (var i = 0; i < count; i++)
        {
            (_next[i], _previous[i]) = (i + 1, i - 1);
        }
        for (var i = 0; i < count - 1; i++)
        {
            Queue(i, count);
        }

        while (_queue.TryDequeue(out var place, out var priority))
        {
            var after = _next[place];
            if (after >= count || _symbols[place] < 0 || tokenizer.Merges.Rank(_symbols[place], _symbols[after]) != (int)(priority >> 32))
            {
                continue;
            }
            _symbols[place] = tokenizer.Merges.Result(_symbols[place], _symbols[after]);
            _symbols[after] = -1;
            _next[place] = _next[after];
            if (_next[place] < count)
            {
                _previous[_next[place]] = place;
            }
            Queue(place, count);
            if (_previous[place] >= 0)
            {
                Queue(_previous[place], count);
            }
        }

        var kept = 0;
        for (var place = 0; place < count; place = _next[place])
        {
            _symbols[kept++] = _symbols[place];
        }
        return kept;
    }

    private void Queue(int place, int count)
    {
        if (_next[place] < count && tokenizer.Merges.Rank(_symbols[place], _symbols[_next[place]]) is < MergeTable.None and var rank)
        {
            _queue.Enqueue(place, ((ulong)rank << 32) | (uint)place);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Appender(WordEncoder encoder, List<int> ids) : IWordVisitor
    {
        public void Visit(ReadOnlySpan<byte> text, int start, int end)
        {
            if (end - start > MaxCachedWordBytes)
            {
                encoder.Merge(text[start..end], ids);
            }
            else
            {
                encoder.AppendCached(text, start, end, ids);
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Cached
    {
        public int First, Count;
    }
}
