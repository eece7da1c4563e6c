using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>What the patterns ask of a code point: <c>\p{L}</c>, <c>\p{N}</c>, <c>\s</c> or none of them.</summary>
internal enum CharacterClass : byte
{
    Other,
    Letter,
    Number,
    Space,
}

/// <summary>What <see cref="WordPattern.O200k"/> asks of a code point besides.</summary>
internal enum LetterCase : byte
{
    /// <summary>Neither a letter nor a mark.</summary>
    None,

    /// <summary>An upper-case or title-case letter, <c>[\p{Lu}\p{Lt}]</c>.</summary>
    Upper,

    /// <summary>A lower-case letter, <c>\p{Ll}</c>.</summary>
    Lower,

    /// <summary>A letter without case or a combining mark, <c>[\p{Lm}\p{Lo}\p{M}]</c>, which goes with both.</summary>
    Either,
}

/// <summary>The classes of all code points.</summary>
internal static class CharacterClasses
{
    // One byte per code point: 1.1 MiB buys a branch-free look-up for every script.
    private static readonly CharacterClass[] _classes = Build(ClassOf);

    public static ReadOnlySpan<CharacterClass> Table => _classes;

    public static T[] Build<T>(Func<int, UnicodeCategory, T> classOf)
    {
        var table = new T[0x110000];
        for (var code = 0; code < table.Length; code++)
        {
            table[code] = classOf(code, CharUnicodeInfo.GetUnicodeCategory(code));
        }
        return table;
    }

    private static CharacterClass ClassOf(int code, UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
        _ when Rune.IsValid(code) && Rune.IsWhiteSpace(new Rune(code)) => CharacterClass.Space,
        _ => CharacterClass.Other,
    };
}

/// <summary>The case of all code points; another 1.1 MiB, only where <see cref="WordPattern.O200k"/> is used.</summary>
internal static class LetterCases
{
    private static readonly LetterCase[] _cases = CharacterClasses.Build((_, category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => LetterCase.Upper,
        UnicodeCategory.LowercaseLetter => LetterCase.Lower,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => LetterCase.Either,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => LetterCase.Either,
        _ => LetterCase.None,
    });

    public static ReadOnlySpan<LetterCase> Table => _cases;
}
