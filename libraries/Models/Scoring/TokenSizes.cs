using System.Runtime.InteropServices;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Scoring;

/// <summary>How much text each token stands for. Special tokens stand for none.</summary>
/// <param name="Bytes">UTF-8 bytes, by token id.</param>
/// <param name="Characters">Characters that begin in the token, by token id; a character's other bytes count nothing.</param>
public sealed record TokenSizes(IReadOnlyList<int> Bytes, IReadOnlyList<int> Characters)
{
    /// <summary>The sizes of a tokenizer's tokens.</summary>
    public static TokenSizes Of(BpeTokenizer tokenizer)
    {
        var special = tokenizer.SpecialTokens.Values.ToHashSet();
        var (bytes, characters) = (new int[tokenizer.VocabularySize], new int[tokenizer.VocabularySize]);
        for (var id = 0; id < bytes.Length; id++)
        {
            if (!special.Contains(id))
            {
                var text = tokenizer.TokenBytes(id);
                bytes[id] = text.Length;
                foreach (var part in text)
                {
                    // 10xxxxxx continues a character.
                    characters[id] += (part & 0xC0) == 0x80 ? 0 : 1;
                }
            }
        }
        return new(bytes, characters);
    }

    /// <summary>Bytes and characters of tokens.</summary>
    public TextSize Of(ReadOnlySpan<long> tokens)
    {
        long bytes = 0, characters = 0;
        foreach (var token in tokens)
        {
            bytes += Bytes[(int)token];
            characters += Characters[(int)token];
        }
        return new(bytes, characters);
    }
}

/// <summary>The size of a text.</summary>
/// <param name="Bytes">UTF-8 bytes.</param>
/// <param name="Characters">Unicode characters.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TextSize(long Bytes, long Characters)
{
    /// <summary>The size of two texts together.</summary>
    public static TextSize operator +(TextSize one, TextSize other) => new(one.Bytes + other.Bytes, one.Characters + other.Characters);

    /// <summary>Cross-entropy in bits per byte; null without bytes.</summary>
    /// <param name="loss">In nats per token.</param>
    /// <param name="tokens">The tokens of this text.</param>
    public double? BitsPerByte(double loss, long tokens) => Bytes == 0 ? null : loss * tokens / (Math.Log(2) * Bytes);
}
