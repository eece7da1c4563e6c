using System.Text;

namespace Trainyard.Tokenizers.Tests;

public sealed class PatternCodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<WordPattern> Patterns => WordPatternTests.Patterns;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Any_text_decodes_to_itself_at_once_and_piece_by_piece(WordPattern pattern)
    {
        var tokenizer = Trained(pattern);
        var random = new Random(21);
        foreach (var text in Texts.Varied.Concat(Texts.Tricky).Concat(Enumerable.Range(0, 1000).Select(_ => Texts.Random(random, 100))))
        {
            var ids = tokenizer.Encode(text);
            var decoder = new TokenDecoder(tokenizer);
            string[] pieces = [.. ids.Select(decoder.Add), decoder.End()];

            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.Equal(text, string.Concat(pieces));
            Assert.DoesNotContain(
                pieces,
                piece => piece.Contains('\uFFFD', StringComparison.Ordinal) && !text.Contains('\uFFFD', StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_saved_tokenizer_keeps_its_pattern(WordPattern pattern)
    {
        var tokenizer = Trained(pattern);
        tokenizer.Save(_folder.At("tokenizer.json"));
        var loaded = BpeTokenizer.Load(_folder.At("tokenizer.json"));

        Assert.Equal(pattern, loaded.Pattern);
        Assert.All(Texts.Varied.Concat(Texts.Tricky), text => Assert.Equal(tokenizer.Encode(text), loaded.Encode(text)));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Threads_and_blocks_do_not_change_what_is_learned(WordPattern pattern)
    {
        // Signs at the end of each line, which some patterns join with the newline.
        var text = string.Concat(Enumerable.Range(0, 170_000).Select(line => $"call{line % 977}(x);\n\n\t// {line % 31}/\n"));
        var corpus = TextCorpus.Open(_folder.Write("corpus.txt", text));
        var options = new BpeTrainingOptions { VocabularySize = 700, Pattern = pattern, Threads = 1 };
        var expected = WordPatternTests.Words(pattern, Encoding.UTF8.GetBytes(text))
            .GroupBy(Convert.ToHexString, StringComparer.Ordinal)
            .ToDictionary(words => words.Key, words => (ulong)words.Count(), StringComparer.Ordinal);

        var (counts, _) = new WordCounter(corpus, options).Count(_ => { }, CancellationToken.None);
        var (training, heldOut) = new WordCounter(corpus, options with { HoldoutFraction = 0.2, Threads = 2 })
            .Count(_ => { }, CancellationToken.None);

        Assert.True(corpus.Bytes > 3 << 20, "The corpus must have several blocks.");
        Assert.Equal(expected, Counted(counts));
        Assert.Equal((counts.Lines, counts.Bytes), (training.Lines + heldOut.Lines, training.Bytes + heldOut.Bytes));
        Assert.Equal(counts.SpacedWords, training.SpacedWords + heldOut.SpacedWords);
        Assert.Equal(text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Length, counts.SpacedWords);
        training.Add(heldOut);
        Assert.Equal(expected, Counted(training));

        static Dictionary<string, ulong> Counted(WordCounts counts)
        {
            var words = new Dictionary<string, ulong>(StringComparer.Ordinal);
            counts.Words.ForEach((word, ref count) => words.Add(Convert.ToHexString(word), count));
            return words;
        }
    }

    [Fact]
    public void An_unknown_pattern_is_refused_by_name()
    {
        var error = Assert.Throws<BpeTrainingOptionsException>(() => BpeTrainer.Train(
            TextCorpus.Open(_folder.Write("corpus.txt", "text")), new() { Pattern = (WordPattern)9 }));

        Assert.Equal(nameof(BpeTrainingOptions.Pattern), Assert.Single(error.Problems).Option);
    }

    private BpeTokenizer Trained(WordPattern pattern) => BpeTrainer.Train(
        TextCorpus.Open(_folder.Write(
            "corpus.txt", Texts.Invented(seed: 1, words: 20_000) + string.Concat(Texts.Varied) + string.Concat(Texts.Tricky))),
        new() { VocabularySize = 1500, SpecialTokens = ["<|endoftext|>", "<|end|>"], Pattern = pattern }).Tokenizer;
}
