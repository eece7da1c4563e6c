using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>The parts that patterns are made of.</summary>
internal static class WordRuns
{
    /// <summary>The class of the character at a position, and its length in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass ClassAt(ReadOnlySpan<byte> text, int position, out int size) =>
        Look(ref MemoryMarshal.GetReference(CharacterClasses.Table), text, position, out size);

    /// <summary>The case of the character at a position, and its length in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LetterCase CaseAt(ReadOnlySpan<byte> text, int position, out int size) =>
        Look(ref MemoryMarshal.GetReference(LetterCases.Table), text, position, out size);

    /// <summary>Where the run of a class ends that <paramref name="position"/> is in.</summary>
    public static int RunEnd(ReadOnlySpan<byte> text, int position, CharacterClass kind)
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

    /// <summary><c>\s*[\r\n]+|\s+(?!\S)|\s+</c> from a white space on.</summary>
    public static int SpaceOrNewlinesEnd(ReadOnlySpan<byte> text, int start)
    {
        var (position, last, newlines) = (start, start, start);
        while (position < text.Length && ClassAt(text, position, out var size) == CharacterClass.Space)
        {
            (last, position) = (position, position + size);
            if (IsNewline(text[last]))
            {
                newlines = position;
            }
        }

        return newlines > start ? newlines : position == text.Length || last == start ? position : last;
    }

    /// <summary>Where the <c>[\r\n]*</c> at a position ends.</summary>
    public static int NewlinesEnd(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length && IsNewline(text[position]))
        {
            position++;
        }
        return position;
    }

    /// <summary>Where the <c>\p{N}{1,3}</c> ends of which all before <paramref name="position"/> is read.</summary>
    public static int DigitsEnd(ReadOnlySpan<byte> text, int position, int more)
    {
        for (; more > 0 && position < text.Length && ClassAt(text, position, out var size) == CharacterClass.Number; more--)
        {
            position += size;
        }
        return position;
    }

    /// <summary>
    /// The length of <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)</c> at a position, 0 if there is none. The long s (ſ) is an s without regard to case.
    /// </summary>
    public static int ContractionLength(ReadOnlySpan<byte> text, int position)
    {
        if (text.Length - position < 2 || text[position] != '\'')
        {
            return 0;
        }
        var second = text.Length - position > 2 ? text[position + 2] : (byte)0;
        return (text[position + 1] | 0x20, second | 0x20) switch
        {
            ('s' or 't' or 'm' or 'd', _) => 2,
            ('r' or 'v', 'e') or ('l', 'l') => 3,
            _ => text[position + 1] == 0xC5 && second == 0xBF ? 3 : 0,
        };
    }

    public static bool IsNewline(byte value) => value is (byte)'\r' or (byte)'\n';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Look<T>(ref T table, ReadOnlySpan<byte> text, int position, out int size)
    {
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

        if (Rune.DecodeFromUtf8(text, out var rune, out size) == OperationStatus.Done)
        {
            return rune.Value;
        }

        size = 1;
        return Rune.ReplacementChar.Value;
    }
}
