using System.Buffers;
using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// The characters of <c>\w</c> as Unicode defines it (UTS #18, annex C), which bound a token that must be a word of its own.
/// </summary>
internal static class WordCharacters
{
    /// <summary>Whether such a character stands next to <c>text[start..end]</c>.</summary>
    public static bool Touch(ReadOnlySpan<byte> text, int start, int end) =>
        (Rune.DecodeLastFromUtf8(text[..start], out var before, out _) == OperationStatus.Done && IsWord(before))
        || (Rune.DecodeFromUtf8(text[end..], out var after, out _) == OperationStatus.Done && IsWord(after));

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber => true,
        UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => rune.Value
            is >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189,
        _ => rune.Value is 0x200C or 0x200D,
    };
}
