using System.Buffers;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Finds added tokens in text: the leftmost, and of those that start there the longest. What a token's flags take of the text around it
/// is part of it.
/// </summary>
internal sealed class SpecialTokenSet
{
    public const int MaxTokens = 1000, MaxLength = 256;

    private readonly (byte[] Bytes, AddedToken Token)[] _tokens;
    private readonly SearchValues<byte> _firstBytes;

    /// <param name="tokens">At least one token.</param>
    /// <param name="spell">The text to find a token by.</param>
    public SpecialTokenSet(IEnumerable<AddedToken> tokens, Func<AddedToken, byte[]>? spell = null)
    {
        _tokens = [.. tokens
            .Select(token => (Bytes: spell?.Invoke(token) ?? Encoding.UTF8.GetBytes(token.Text), Token: token))
            .OrderByDescending(token => token.Bytes.Length)];
        _firstBytes = SearchValues.Create([.. _tokens.Select(token => token.Bytes[0])]);
    }

    /// <summary>The next token at or after a position: where it starts and ends, and its id; a start of -1 when there is none.</summary>
    public (int Start, int End, int Id) Find(ReadOnlySpan<byte> text, int from)
    {
        var position = from;
        while (text[position..].IndexOfAny(_firstBytes) is >= 0 and var skipped)
        {
            position += skipped;
            if (TokenAt(text[position..]) is not (var bytes, var token))
            {
                position++;
                continue;
            }
            var (start, end) = (position, position + bytes.Length);
            if (!token.SingleWord || !WordCharacters.Touch(text, start, end))
            {
                return (token.LeftStrip ? SpaceStart(text, from, start) : start, token.RightStrip ? SpaceEnd(text, end) : end, token.Id);
            }
            position = end;
        }

        return (-1, 0, 0);
    }

    private (byte[] Bytes, AddedToken Token)? TokenAt(ReadOnlySpan<byte> text)
    {
        foreach (var known in _tokens)
        {
            if (text.StartsWith(known.Bytes))
            {
                return known;
            }
        }
        return null;
    }

    private static int SpaceEnd(ReadOnlySpan<byte> text, int position) => WordRuns.RunEnd(text, position, CharacterClass.Space);

    private static int SpaceStart(ReadOnlySpan<byte> text, int from, int position)
    {
        while (position > from
            && Rune.DecodeLastFromUtf8(text[from..position], out var rune, out var size) == OperationStatus.Done
            && Rune.IsWhiteSpace(rune))
        {
            position -= size;
        }
        return position;
    }

    /// <summary>What is wrong with a list of special tokens to train with.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<string> tokens)
    {
        if (tokens.Count > MaxTokens)
        {
            yield return $"must be at most {MaxTokens}, not {tokens.Count}";
        }
        foreach (var token in tokens.GroupBy(token => token, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"must differ: '{token.Key}' is listed {token.Count()} times";
        }
        foreach (var token in tokens.Distinct(StringComparer.Ordinal))
        {
            if (token.Length is 0 or > MaxLength)
            {
                yield return $"must each have from 1 to {MaxLength} characters, not {token.Length}";
            }
            else if (token.EnumerateRunes().Contains(Rune.ReplacementChar) || token.Contains('\0', StringComparison.Ordinal))
            {
                yield return "must be valid Unicode text without U+0000 and U+FFFD";
            }
            else if (ByteAlphabet.Read(token) is not null && (token.Length == 1 || !Ascii.IsValid(token)))
            {
                yield return
                    $"must not look like the spelling of bytes in a vocabulary, as '{token}' does; add a character such as a space";
            }
        }
    }
}
