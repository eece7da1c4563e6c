using System.Text;

namespace Trainyard.Tokenizers;

/// <summary>
/// Decodes tokens one after the other, as text that is being generated comes. A character may be spread over several tokens: its first bytes
/// are held back until it is whole. All pieces joined are what <see cref="BpeTokenizer.Decode"/> gives for all tokens at once.
/// </summary>
/// <param name="tokenizer">Whose tokens.</param>
public sealed class TokenDecoder(BpeTokenizer tokenizer)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text up to the last whole character, from where the last call ended; often empty.</summary>
    /// <param name="id">The next token.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not of this vocabulary.</exception>
    public string Add(int id) => Decode(tokenizer.TokenBytes(id), flush: false);

    /// <summary>What is left at the end: U+FFFD for a character that never became whole, else nothing.</summary>
    public string End() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush)];
        return new(characters, 0, _decoder.GetChars(bytes, characters, flush));
    }
}
