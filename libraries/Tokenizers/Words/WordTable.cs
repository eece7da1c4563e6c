using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>
/// An open-addressing hash table from words to values. Words are copied into one arena; those of up to eight bytes, nearly all of a text's,
/// are compared without touching it.
/// </summary>
internal sealed class WordTable<TValue>
    where TValue : struct
{
    // What keeps every index of the merge learner within an int.
    private const int MaxBytes = 1 << 29;

    private Entry[] _entries;
    private byte[] _arena;
    private int _arenaLength;

    public WordTable(int capacity = 1 << 12)
    {
        _entries = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _arena = new byte[_entries.Length * 4];
    }

    /// <summary>Number of distinct words.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all distinct words together.</summary>
    public int TotalBytes => _arenaLength;

    /// <summary>The value of the word <c>text[start..end]</c>, <c>default</c> when it is new; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TValue GetOrAdd(ReadOnlySpan<byte> text, int start, int end, out bool added)
    {
        var length = end - start;
        var prefix = Prefix(text, start, length);
        var hash = length <= 8 ? Mix(prefix, (ulong)length) : HashLong(text.Slice(start, length));
        var entries = _entries;
        var mask = entries.Length - 1;
        for (var index = (int)(hash >> 32) & mask; ; index = (index + 1) & mask)
        {
            ref var entry = ref entries[index];
            if (entry.Prefix == prefix && entry.Length == length
                && (length <= 8 || _arena.AsSpan(entry.Offset, length).SequenceEqual(text.Slice(start, length))))
            {
                added = false;
                return ref entry.Value;
            }

            if (entry.Length == 0)
            {
                added = true;
                return ref Add(text.Slice(start, length), prefix, index);
            }
        }
    }

    /// <summary>Calls <paramref name="visit"/> for every word, in no particular order.</summary>
    public void ForEach(WordVisitor<TValue> visit)
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Length > 0)
            {
                visit(_arena.AsSpan(entry.Offset, entry.Length), ref entry.Value);
            }
        }
    }

    public void Clear()
    {
        Array.Clear(_entries);
        (Count, _arenaLength) = (0, 0);
    }

    private ref TValue Add(ReadOnlySpan<byte> word, ulong prefix, int index)
    {
        if (Count >= _entries.Length / 2)
        {
            Grow();
            index = FreeIndex(_entries, word, prefix);
        }

        if (word.Length > MaxBytes - _arenaLength)
        {
            throw new TextCorpusException(
                TextCorpusProblem.TooManyWords,
                $"The different words of this corpus have more than {MaxBytes >> 20} MiB: train on a sample of its lines.");
        }

        if (_arena.Length - _arenaLength < word.Length)
        {
            Array.Resize(ref _arena, Math.Max(_arena.Length * 2, _arenaLength + word.Length));
        }
        word.CopyTo(_arena.AsSpan(_arenaLength));
        ref var entry = ref _entries[index];
        (entry.Prefix, entry.Offset, entry.Length) = (prefix, _arenaLength, word.Length);
        _arenaLength += word.Length;
        Count++;
        return ref entry.Value;
    }

    private void Grow()
    {
        var grown = new Entry[_entries.Length * 2];
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Length > 0)
            {
                grown[FreeIndex(grown, _arena.AsSpan(entry.Offset, entry.Length), entry.Prefix)] = entry;
            }
        }

        _entries = grown;
    }

    private static int FreeIndex(Entry[] entries, ReadOnlySpan<byte> word, ulong prefix)
    {
        var hash = word.Length <= 8 ? Mix(prefix, (ulong)word.Length) : HashLong(word);
        var index = (int)(hash >> 32) & (entries.Length - 1);
        while (entries[index].Length > 0)
        {
            index = (index + 1) & (entries.Length - 1);
        }
        return index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Prefix(ReadOnlySpan<byte> text, int start, int length)
    {
        if (text.Length - start >= 8)
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(text[start..]);
            return length >= 8 ? value : value & ((1UL << (length * 8)) - 1);
        }

        var value8 = 0UL;
        for (var i = 0; i < length; i++)
        {
            value8 |= (ulong)text[start + i] << (i * 8);
        }
        return value8;
    }

    private static ulong HashLong(ReadOnlySpan<byte> word)
    {
        var hash = (ulong)word.Length;
        var last = BinaryPrimitives.ReadUInt64LittleEndian(word[^8..]);
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(word))
        {
            hash = Mix(hash, part);
        }
        return Mix(hash, last);
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a ^ 0x9E3779B97F4A7C15, b ^ 0xD1B54A32D192ED03, out var low);
        return high ^ low;
    }

    private struct Entry
    {
        public ulong Prefix;
        public int Offset;
        public int Length;
        public TValue Value;
    }
}

internal delegate void WordVisitor<TValue>(ReadOnlySpan<byte> word, ref TValue value)
    where TValue : struct;
