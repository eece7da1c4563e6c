using static Trainyard.Tokenizers.WordRuns;

namespace Trainyard.Tokenizers;

/// <summary>The words of <see cref="WordPattern.Gpt2"/>.</summary>
internal readonly struct Gpt2Words : IWordRules
{
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

    // In lower case only, unlike the later patterns.
    private static int ContractionLength(ReadOnlySpan<byte> rest) => rest switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..] => 1,
        [(byte)'r' or (byte)'v', (byte)'e', ..] or [(byte)'l', (byte)'l', ..] => 2,
        _ => 0,
    };
}
