using System.Buffers;
using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>A token that text is searched for before anything else.</summary>
internal sealed record AddedToken(int Id, string Text, bool IsSpecial);

/// <summary>Finds added tokens in text: the leftmost, and of those that start there the longest.</summary>
internal sealed class SpecialTokenSet
{
    public const int MaxTokens = 1000, MaxLength = 256;

    private readonly (byte[] Bytes, int Id)[] _tokens;
    private readonly SearchValues<byte> _firstBytes;

    public SpecialTokenSet(IReadOnlyList<AddedToken> tokens)
    {
        Tokens = tokens;
        _tokens = [.. tokens
            .Select(token => (Encoding.UTF8.GetBytes(token.Text), token.Id))
            .OrderByDescending(token => token.Item1.Length)];
        _firstBytes = SearchValues.Create([.. _tokens.Select(token => token.Bytes[0])]);
    }

    public IReadOnlyList<AddedToken> Tokens { get; }

    /// <summary>Where the next token starts, how long it is and its id; a start of -1 when there is none.</summary>
    public (int Start, int Length, int Id) Find(ReadOnlySpan<byte> text)
    {
        for (var start = 0; text[start..].IndexOfAny(_firstBytes) is >= 0 and var skipped; start++)
        {
            start += skipped;
            foreach (var (bytes, id) in _tokens)
            {
                if (text[start..].StartsWith(bytes))
                {
                    return (start, bytes.Length, id);
                }
            }
        }

        return (-1, 0, 0);
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
