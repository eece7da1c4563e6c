using System.Runtime.CompilerServices;
using static Trainyard.Tokenizers.WordRuns;

namespace Trainyard.Tokenizers;

/// <summary>The words of <see cref="WordPattern.Cl100k"/>.</summary>
internal readonly struct Cl100kWords : IWordRules
{
    public static int NextEnd(ReadOnlySpan<byte> text, int start) => NextEnd(text, start, maxDigits: 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextEnd(ReadOnlySpan<byte> text, int start, int maxDigits)
    {
        var first = text[start];
        if (first == '\'' && ContractionLength(text, start) is > 0 and var length)
        {
            return start + length;
        }

        var kind = ClassAt(text, start, out var size);
        var next = start + size;
        if (kind == CharacterClass.Letter)
        {
            return RunEnd(text, next, CharacterClass.Letter);
        }
        if (kind == CharacterClass.Number)
        {
            return DigitsEnd(text, next, maxDigits - 1);
        }
        if (next < text.Length && !IsNewline(first))
        {
            var following = ClassAt(text, next, out size);
            if (following == CharacterClass.Letter)
            {
                return RunEnd(text, next + size, CharacterClass.Letter);
            }
            if (first == ' ' && following == CharacterClass.Other)
            {
                return NewlinesEnd(text, RunEnd(text, next + size, CharacterClass.Other));
            }
        }

        return kind == CharacterClass.Space
            ? SpaceOrNewlinesEnd(text, start)
            : NewlinesEnd(text, RunEnd(text, next, CharacterClass.Other));
    }
}

/// <summary>The words of <see cref="WordPattern.Qwen2"/>.</summary>
internal readonly struct Qwen2Words : IWordRules
{
    public static int NextEnd(ReadOnlySpan<byte> text, int start) => Cl100kWords.NextEnd(text, start, maxDigits: 1);
}
