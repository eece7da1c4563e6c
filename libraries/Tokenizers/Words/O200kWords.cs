using static Trainyard.Tokenizers.WordRuns;

namespace Trainyard.Tokenizers;

/// <summary>The words of <see cref="WordPattern.O200k"/>.</summary>
internal readonly struct O200kWords : IWordRules
{
    public static int NextEnd(ReadOnlySpan<byte> text, int start)
    {
        var kind = ClassAt(text, start, out var size);
        if (kind == CharacterClass.Number)
        {
            return DigitsEnd(text, start + size, more: 2);
        }
        if (LettersEnd(text, start, start + size, kind) is > 0 and var letters)
        {
            return letters + ContractionLength(text, letters);
        }

        var next = start + size;
        if (kind == CharacterClass.Other)
        {
            return SignsEnd(text, next);
        }
        return text[start] == ' ' && next < text.Length && ClassAt(text, next, out size) == CharacterClass.Other
            ? SignsEnd(text, next + size)
            : SpaceOrNewlinesEnd(text, start);
    }

    /// <summary>Where the first two alternatives end, without the contraction; 0 if neither matches.</summary>
    private static int LettersEnd(ReadOnlySpan<byte> text, int start, int next, CharacterClass kind)
    {
        if (kind == CharacterClass.Letter)
        {
            return CasedEnd(text, start);
        }

        // A mark may be the sign that begins a word, or belong to its letters: the expression tries both, first as a sign.
        var isMark = CaseAt(text, start, out _) == LetterCase.Either;
        var end = IsNewline(text[start]) ? 0 : CasedEnd(text, next, lowerRequired: isMark);
        return end == 0 && isMark ? CasedEnd(text, start) : end;
    }

    /// <summary>
    /// <c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+</c>, or the same with <c>+</c> and <c>*</c> exchanged where the first
    /// does not match; 0 if neither does.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the match starts.</param>
    /// <param name="lowerRequired">Tries only the first.</param>
    private static int CasedEnd(ReadOnlySpan<byte> text, int start, bool lowerRequired = false)
    {
        var (position, afterEither) = (start, 0);
        while (position < text.Length && CaseAt(text, position, out var size) is (LetterCase.Upper or LetterCase.Either) and var letter)
        {
            position += size;
            afterEither = letter == LetterCase.Either ? position : afterEither;
        }

        if (position < text.Length && CaseAt(text, position, out var lowerSize) == LetterCase.Lower)
        {
            do
            {
                position += lowerSize;
            }
            while (position < text.Length && CaseAt(text, position, out lowerSize) is LetterCase.Lower or LetterCase.Either);
            return position;
        }

        // Without a lower-case letter, the second part takes the last letter or mark without case that the first one gives back.
        return afterEither > 0 ? afterEither : lowerRequired || position == start ? 0 : position;
    }

    /// <summary>The rest of <c>[^\s\p{L}\p{N}]+[\r\n/]*</c>.</summary>
    private static int SignsEnd(ReadOnlySpan<byte> text, int position)
    {
        position = RunEnd(text, position, CharacterClass.Other);
        while (position < text.Length && (IsNewline(text[position]) || text[position] == '/'))
        {
            position++;
        }
        return position;
    }
}
