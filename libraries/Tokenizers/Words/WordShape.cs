using System.Buffers;
using System.Text;
using static Trainyard.Tokenizers.WordRuns;

namespace Trainyard.Tokenizers;

/// <summary>White space at and in words.</summary>
internal static class WordShape
{
    /// <summary>Whether a word is white space only.</summary>
    public static bool IsSpace(ReadOnlySpan<byte> word) => EndsWithSpace(word) && RunEnd(word, 0, CharacterClass.Space) == word.Length;

    public static bool StartsWithSpace(ReadOnlySpan<byte> word) => ClassAt(word, 0, out _) == CharacterClass.Space;

    public static bool EndsWithSpace(ReadOnlySpan<byte> word) =>
        word[^1] < 0x80 ? CharacterClasses.Table[word[^1]] == CharacterClass.Space : LastClass(word) == CharacterClass.Space;

    /// <summary>
    /// Whether a word that is not white space may hold a newline: it can only end with one, or with the slashes after it.
    /// </summary>
    public static bool MayHoldNewline(ReadOnlySpan<byte> word) => IsNewline(word[^1]) || word[^1] == '/';

    /// <summary>Stretches of text between white space that start inside of a word.</summary>
    public static int InnerStretches(ReadOnlySpan<byte> word)
    {
        if (!MayHoldNewline(word))
        {
            return 0;
        }
        var stretches = 0;
        for (var i = 1; i < word.Length; i++)
        {
            stretches += IsNewline(word[i - 1]) && !IsNewline(word[i]) ? 1 : 0;
        }
        return stretches;
    }

    /// <summary>
    /// Whether every pattern begins a word at the white space at <paramref name="end"/>, whatever precedes it. A newline may belong to the
    /// signs before it, and any white space to other white space.
    /// </summary>
    public static bool IsBoundary(ReadOnlySpan<byte> text, int end) => text[end] switch
    {
        (byte)' ' or (byte)'\t' => LastClass(text[..end]) is not (null or CharacterClass.Space),
        (byte)'\n' or (byte)'\r' => LastClass(text[..end]) is CharacterClass.Letter or CharacterClass.Number,
        _ => false,
    };

    /// <summary>The class of the last character; null if it is cut or not UTF-8.</summary>
    private static CharacterClass? LastClass(ReadOnlySpan<byte> text) => text[^1] switch
    {
        < 0x80 and var last => CharacterClasses.Table[last],
        _ when Rune.DecodeLastFromUtf8(text, out var rune, out _) == OperationStatus.Done => CharacterClasses.Table[rune.Value],
        _ => null,
    };
}
