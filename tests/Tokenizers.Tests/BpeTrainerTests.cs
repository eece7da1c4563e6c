namespace Trainyard.Tokenizers.Tests;

public sealed class BpeTrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_most_frequent_pair_is_merged_first_and_ties_go_to_the_smaller_ids()
    {
        var result = Train("ab ab ab cd cd xyxyxy", new() { VocabularySize = 300, SpecialTokens = [], MinFrequency = 2 });

        // "ab" and "xy" occur 3 times each, "cd", " ab", " cd" and "xyxy" twice; the id of a space comes after all printable ASCII.
        Assert.Equal(["ab", "xy", "cd", "Ġab", "Ġcd", "xyxy"], MergedTokens(result));
        Assert.False(result.ReachedVocabularySize);
        Assert.Equal(256 + 6, result.Tokenizer.VocabularySize);
    }

    [Fact]
    public void Overlapping_pairs_are_merged_from_the_left()
    {
        var result = Train("aaaaa", new() { VocabularySize = 260, SpecialTokens = [], MinFrequency = 1 });

        Assert.Equal(["aa", "aaa", "aaaaa"], MergedTokens(result));
    }

    [Fact]
    public void Special_tokens_get_the_first_ids_then_the_bytes()
    {
        var tokenizer = Train("hello hello", new() { VocabularySize = 260, SpecialTokens = ["<|endoftext|>", "<a b>"] }).Tokenizer;

        Assert.Equal(["<|endoftext|>", "<a b>", "!", "\""], Enumerable.Range(0, 4).Select(tokenizer.TokenText));
        Assert.Equal(0, tokenizer.EndOfTextId);
        Assert.Equal([1, 0], tokenizer.Encode("<a b><|endoftext|>"));
        Assert.Equal("<a b>", tokenizer.Decode([1]));
    }

    [Fact]
    public void A_special_token_that_the_corpus_spells_keeps_one_id()
    {
        var tokenizer = Train("PAD PAD PAD PAD", new() { VocabularySize = 300, SpecialTokens = ["PAD"] }).Tokenizer;

        Assert.Equal(0, Assert.Single(tokenizer.Encode("PAD")));
        Assert.Equal(
            tokenizer.VocabularySize, Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenText).Distinct().Count());
    }

    [Fact]
    public void Threads_change_nothing_and_the_seed_chooses_what_is_held_out()
    {
        for (var part = 0; part < 3; part++)
        {
            _folder.Write($"{part}.txt", Texts.Invented(part, words: 200_000));
        }
        var corpus = TextCorpus.Open(_folder.Path);
        var options = new BpeTrainingOptions { VocabularySize = 3000, HoldoutFraction = 0.2, SampleMaxLines = 30_000, Threads = 1 };

        var (one, four) = (Saved(options), Saved(options with { Threads = 4 }));

        Assert.True(corpus.Bytes > 3 << 20, "The corpus must be large enough for several threads.");
        Assert.Equal(one, four);
        Assert.NotEqual(one, Saved(options with { Seed = 43 }));

        (string File, TokenizerStatistics Statistics) Saved(BpeTrainingOptions with)
        {
            var result = BpeTrainer.Train(corpus, with);
            Assert.Equal(30_000, result.TrainingLines + result.Statistics.Lines);
            result.Tokenizer.Save(_folder.At("tokenizer.json"));
            return (File.ReadAllText(_folder.At("tokenizer.json")), result.Statistics);
        }
    }

    [Fact]
    public void Statistics_count_words_tokens_and_characters()
    {
        var statistics = Train("low low low\n日本", new() { VocabularySize = 300, SpecialTokens = [], MinFrequency = 2 }).Statistics;

        // Tokens: "low", " low", " low", "\n", then three bytes for each of the two characters, which nothing merged.
        Assert.Equal(10, statistics.TokenCount);
        Assert.Equal(3 / 4.0, statistics.Coverage, 12);
        Assert.Equal(1 / 4.0, statistics.OovRate, 12);
        Assert.Equal(12 / 14.0, statistics.CharacterCoverage, 12);
        Assert.Equal(10 / 14.0, statistics.TokensPerCharacter, 12);
        Assert.Equal(10 / 4.0, statistics.TokensPerWord, 12);
        Assert.Equal((2, 18, false), (statistics.Lines, statistics.Bytes, statistics.HeldOut));
    }

    [Theory]
    [InlineData("one\n\n\ntwo\n\n\nthree\n\n\nfour", "ĊĊ")]
    [InlineData("one\r\n\r\ntwo\r\n\r\nthree\r\n\r\nfour", "čĊč")]
    [InlineData("one\n    two\n    three\n    four", "ĊĠĠĠ")]
    public void White_space_that_goes_on_over_lines_is_learned_as_encoding_meets_it(string text, string token)
    {
        var options = new BpeTrainingOptions { VocabularySize = 300, SpecialTokens = [] };
        var result = Train(text, options);

        Assert.Contains(token, MergedTokens(result));
        Assert.Contains(token, result.Tokenizer.Encode(text).Select(result.Tokenizer.TokenText));
        Assert.DoesNotContain(token, MergedTokens(Train(text, options with { Sequence = TrainingSequence.Line })));
    }

    [Fact]
    public void Special_tokens_in_the_corpus_are_not_learned_from()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(index => $"story {index % 7}\n<|endoftext|>\n<a b>"));
        foreach (var sequence in Enum.GetValues<TrainingSequence>())
        {
            var result = Train(
                text, new() { VocabularySize = 400, SpecialTokens = ["<|endoftext|>", "<a b>"], Sequence = sequence, MinFrequency = 1 });

            Assert.DoesNotContain(
                MergedTokens(result),
                token => token.Contains("end", StringComparison.Ordinal) || token.Contains('<', StringComparison.Ordinal));
            Assert.Equal(1001, result.TrainingLines);
        }
    }

    [Fact]
    public void Words_of_sampled_and_held_out_lines_are_words_of_the_whole_document()
    {
        var text = Texts.Invented(seed: 8, words: 5000) + "\n\n    end";
        var corpus = TextCorpus.Open(_folder.Write("corpus.txt", text));

        var all = Count(new());
        var (training, heldOut) = Count(new() { HoldoutFraction = 0.3 });
        var (sample, _) = Count(new() { SampleMaxLines = 50 });

        Assert.Equal(all.Training.Lines, training.Lines + heldOut.Lines);
        Assert.Equal(all.Training.Bytes, training.Bytes + heldOut.Bytes);
        Assert.Equal(all.Training.SpacedWords, training.SpacedWords + heldOut.SpacedWords);
        training.Add(heldOut);
        Assert.Equal(Words(all.Training), Words(training));
        Assert.Equal(50, sample.Lines);
        Assert.Empty(Words(sample).Keys.Except(Words(all.Training).Keys));

        (WordCounts Training, WordCounts HeldOut) Count(
            BpeTrainingOptions options) => new WordCounter(corpus, options).Count(_ => { }, CancellationToken.None);

        static SortedDictionary<string, ulong> Words(WordCounts counts)
        {
            var words = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
            counts.Words.ForEach((word, ref count) => words.Add(Convert.ToHexString(word), count));
            return words;
        }
    }

    [Fact]
    public void Every_problem_of_the_options_is_named()
    {
        var error = Assert.Throws<BpeTrainingOptionsException>(() => Train("text", new()
        {
            VocabularySize = 100,
            MinFrequency = 0,
            SpecialTokens = ["<a>", "<a>", "", "x", "Ġthe", "\uD800"],
            HoldoutFraction = double.NaN,
            SampleMaxLines = 0,
            Threads = 0,
        }));

        Assert.Equal(10, error.Problems.Count);
        Assert.Contains("100", error.Message, StringComparison.Ordinal);
        Assert.Throws<BpeTrainingOptionsException>(() => Train("text", new() { VocabularySize = int.MaxValue }));
    }

    [Fact]
    public void A_corpus_without_training_lines_is_refused()
    {
        var corpus = TextCorpus.Open(_folder.Write("one.txt", "only line"));

        Assert.Contains(
            Enumerable.Range(0, 50),
            seed => Record.Exception(() => BpeTrainer.Train(corpus, new() { HoldoutFraction = 0.5, Seed = seed })) is TextCorpusException);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_file_that_goes_before_it_is_read_is_an_ordinary_file_error(int threads)
    {
        var path = _folder.Write("a.txt", Texts.Invented(seed: 1, words: 400_000));
        var corpus = TextCorpus.Open(path);
        File.Delete(path);

        Assert.Throws<FileNotFoundException>(() => BpeTrainer.Train(corpus, new() { Threads = threads }));
    }

    [Fact]
    public void Training_stops_when_asked_to()
    {
        using var stop = new CancellationTokenSource();
        var corpus = TextCorpus.Open(_folder.Write("a.txt", Texts.Invented(seed: 1, words: 20_000)));
        var progress = new StopWhenMerging(stop);

        Assert.Throws<OperationCanceledException>(() => BpeTrainer.Train(corpus, new(), progress, stop.Token));
        Assert.InRange(progress.MergesSeen, 1, 1000);
    }

    private BpeTrainingResult Train(string text, BpeTrainingOptions options) =>
        BpeTrainer.Train(TextCorpus.Open(_folder.Write("corpus.txt", text)), options);

    private static IEnumerable<string> MergedTokens(BpeTrainingResult result) =>
        Enumerable.Range(256, result.Tokenizer.VocabularySize - 256).Select(result.Tokenizer.TokenText);

    private sealed class StopWhenMerging(CancellationTokenSource stop) : IProgress<BpeTrainingProgress>
    {
        public int MergesSeen { get; private set; }

        public void Report(BpeTrainingProgress value)
        {
            MergesSeen = value.MergesDone;
            if (value.Phase == BpeTrainingPhase.Merging)
            {
                stop.Cancel();
            }
        }
    }
}
