namespace Trainyard.Tokenizers;

/// <summary>
/// How well a tokenizer's vocabulary fits some text. A word is a unit of the pre-tokenizer (a run of letters, digits or signs with the
/// space before it), without white space. Rates count occurrences.
/// </summary>
/// <param name="Coverage">Share of words that are in the vocabulary whole, as one token.</param>
/// <param name="OovRate">Share of words spelled with several tokens: 1 - coverage. Any text can be encoded.</param>
/// <param name="TokenCount">Tokens of the text.</param>
/// <param name="CharacterCoverage">Share of characters that lie whole within one token rather than being split into bytes.</param>
/// <param name="TokensPerCharacter">Tokens per Unicode character.</param>
/// <param name="TokensPerWord">Tokens per stretch of text between white space.</param>
/// <param name="Lines">Lines the statistics were taken on.</param>
/// <param name="Bytes">UTF-8 bytes of those lines, after normalization.</param>
/// <param name="HeldOut">Whether those lines were kept from training.</param>
public sealed record TokenizerStatistics(
    double Coverage,
    double OovRate,
    long TokenCount,
    double CharacterCoverage,
    double TokensPerCharacter,
    double TokensPerWord,
    long Lines,
    long Bytes,
    bool HeldOut)
{
    internal static TokenizerStatistics Of(BpeTokenizer tokenizer, WordCounts counts, bool heldOut, CancellationToken ct)
    {
        var encoder = new WordEncoder(tokenizer);
        var ids = new List<int>();
        long words = 0, wholeWords = 0, tokens = 0, characters = 0, wholeCharacters = 0;
        counts.Words.ForEach((word, ref count) =>
        {
            ct.ThrowIfCancellationRequested();
            ids.Clear();
            encoder.Merge(word, ids);
            var (all, whole) = CountCharacters(tokenizer, word, ids);
            var times = (long)count;
            tokens += ids.Count * times;
            characters += all * times;
            wholeCharacters += whole * times;
            if (WordShape.IsSpace(word))
            {
                return;
            }
            words += times;
            wholeWords += ids.Count == 1 ? times : 0;
        });

        var coverage = Rate(wholeWords, words, whenNone: 1);
        return new(
            coverage,
            1 - coverage,
            tokens,
            Rate(wholeCharacters, characters, whenNone: 1),
            Rate(tokens, characters),
            Rate(tokens, counts.SpacedWords),
            counts.Lines,
            counts.Bytes,
            heldOut);
    }

    private static (long All, long Whole) CountCharacters(BpeTokenizer tokenizer, ReadOnlySpan<byte> word, List<int> ids)
    {
        var (all, whole, position) = (0L, 0L, 0);
        foreach (var id in ids)
        {
            var end = position + tokenizer.TokenBytes(id).Length;
            var start = position;
            for (; position < end; position++)
            {
                if ((word[position] & 0xC0) == 0x80)
                {
                    continue;
                }
                all++;
                var size = word[position] switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
                whole += position >= start && position + size <= end ? 1 : 0;
            }
        }

        return (all, whole);
    }

    private static double Rate(long part, long all, double whenNone = 0) => all == 0 ? whenNone : (double)part / all;
}
