using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Splits UTF-8 text into words as GPT-2 does, by hand rather than by regular expression:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// A byte that is not valid UTF-8 counts as a character of class <see cref="CharacterClass.Other"/>.
/// </summary>
internal static class WordScanner
{
    /// <summary>The end of the word that starts at <paramref name="start"/>; there must be at least one byte left.</summary>
    public static int NextEnd(ReadOnlySpan<byte> text, int start)
    {
        var first = text[start];
        if (first == '\'' && ContractionLength(text[(start + 1)..]) is > 0 and var length)
        {
            return start + 1 + length;
        }

        var position = start;
        var kind = ClassAt(text, position, out var size);
        if (kind == CharacterClass.Space)
        {
            if (first != ' ' || start + 1 == text.Length)
            {
                return SpaceEnd(text, start, size);
            }

            position++;
            kind = ClassAt(text, position, out size);
            if (kind == CharacterClass.Space)
            {
                return SpaceEnd(text, start, 1);
            }
        }

        return RunEnd(text, position + size, kind);
    }

    private static int RunEnd(ReadOnlySpan<byte> text, int position, CharacterClass kind)
    {
        ref var table = ref MemoryMarshal.GetReference(CharacterClasses.Table);
        while (position < text.Length)
        {
            var value = text[position];
            if (value < 0x80)
            {
                if (Unsafe.Add(ref table, value) != kind)
                {
                    break;
                }
                position++;
            }
            else
            {
                if (ClassAt(text, position, out var size) != kind)
                {
                    break;
                }
                position += size;
            }
        }

        return position;
    }

    // \s+(?!\S) gives the last space of a run back to the word that follows it.
    private static int SpaceEnd(ReadOnlySpan<byte> text, int start, int size)
    {
        var last = start;
        var position = start + size;
        while (position < text.Length && ClassAt(text, position, out size) == CharacterClass.Space)
        {
            last = position;
            position += size;
        }

        return position == text.Length || last == start ? position : last;
    }

    private static int ContractionLength(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..] => 1,
        [(byte)'r' or (byte)'v', (byte)'e', ..] or [(byte)'l', (byte)'l', ..] => 2,
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static CharacterClass ClassAt(ReadOnlySpan<byte> text, int position, out int size)
    {
        ref var table = ref MemoryMarshal.GetReference(CharacterClasses.Table);
        var value = text[position];
        if (value < 0x80)
        {
            size = 1;
            return Unsafe.Add(ref table, value);
        }

        return Unsafe.Add(ref table, CodePointAt(text[position..], out size));
    }

    private static int CodePointAt(ReadOnlySpan<byte> text, out int size)
    {
        if (text.Length >= 2 && text[0] is >= 0xC2 and < 0xE0 && (text[1] & 0xC0) == 0x80)
        {
            size = 2;
            return ((text[0] & 0x1F) << 6) | (text[1] & 0x3F);
        }

        if (Rune.DecodeFromUtf8(text, out var rune, out size) == System.Buffers.OperationStatus.Done)
        {
            return rune.Value;
        }

        size = 1;
        return Rune.ReplacementChar.Value;
    }
}
