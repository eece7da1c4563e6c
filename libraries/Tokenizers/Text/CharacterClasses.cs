using System.Buffers;
using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers;

internal enum CharacterClass : byte
{
    Other,
    Letter,
    Number,
    Space,
}

/// <summary>What GPT-2's pattern asks of a code point: <c>\p{L}</c>, <c>\p{N}</c>, <c>\s</c> or none of them.</summary>
internal static class CharacterClasses
{
    // One byte per code point: 1.1 MiB buys a branch-free look-up for every script.
    private static readonly CharacterClass[] _table = Build();

    public static ReadOnlySpan<CharacterClass> Table => _table;

    /// <summary>
    /// Whether a word of <see cref="WordScanner"/> is white space. Other words have no white space except one leading space, so checking
    /// the end suffices.
    /// </summary>
    public static bool IsSpace(ReadOnlySpan<byte> word) => word[^1] switch
    {
        < 0x80 and var last => _table[last] == CharacterClass.Space,
        _ => Rune.DecodeLastFromUtf8(word, out var rune, out _) == OperationStatus.Done && _table[rune.Value] == CharacterClass.Space,
    };

    private static CharacterClass[] Build()
    {
        var table = new CharacterClass[0x110000];
        for (var code = 0; code < table.Length; code++)
        {
            table[code] = CharUnicodeInfo.GetUnicodeCategory(code) switch
            {
                <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
                UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
                _ when Rune.IsValid(code) && Rune.IsWhiteSpace(new Rune(code)) => CharacterClass.Space,
                _ => CharacterClass.Other,
            };
        }

        return table;
    }
}
