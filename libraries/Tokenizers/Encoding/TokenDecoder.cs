using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Decodes a stream of tokens, as during generation. A character may span several tokens: its first bytes are held back until it is
/// complete. The pieces joined equal <see cref="BpeTokenizer.Decode"/> of all tokens.
/// </summary>
/// <param name="tokenizer">Whose tokens.</param>
public sealed class TokenDecoder(BpeTokenizer tokenizer)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The new text up to the last complete character; often empty.</summary>
    /// <param name="id">The next token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public string Add(int id) => Decode(tokenizer.TokenBytes(id), flush: false);

    /// <summary>The rest at the end: U+FFFD for an incomplete character, else empty.</summary>
    public string End() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush)];
        return new(characters, 0, _decoder.GetChars(bytes, characters, flush));
    }
}
