using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers.Tests;

public sealed class HuggingFacePatternTests(HuggingFace huggingFace) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<WordPattern> Patterns => WordPatternTests.Patterns;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Every_character_is_split_as_by_Hugging_Face(WordPattern pattern)
    {
        var random = new Random(5);
        string[] texts =
        [
            .. Texts.Varied, .. Texts.Tricky, .. Enumerable.Range(0, 500).Select(_ => Texts.Random(random, 100)),
            .. Enumerable.Range(0, 0x110000)
                .Where(code => Rune.IsValid(code)
                    && CharUnicodeInfo.GetUnicodeCategory(code) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
                .Select(code => $"a{new Rune(code)}B'{new Rune(code)}")
                .Chunk(256)
                .Select(part => string.Concat(part)),
        ];

        var theirs = await huggingFace.Split(Saved(pattern), texts);

        for (var i = 0; i < texts.Length; i++)
        {
            var ours = WordPatternTests.Words(pattern, Encoding.UTF8.GetBytes(texts[i])).Select(word => ByteAlphabet.Write(word));
            Assert.True(theirs[i].SequenceEqual(ours), $"{string.Join(" | ", theirs[i])} by Hugging Face, {string.Join(" | ", ours)} here");
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Training_line_by_line_learns_the_merges_that_Hugging_Face_learns_from_a_file(WordPattern pattern)
    {
        var path = _folder.Write(
            "corpus.txt", Texts.Invented(seed: 3, words: 100_000) + string.Join('\n', Texts.Varied) + string.Join('\n', Texts.Tricky));

        var theirs = await huggingFace.TrainOnLines(_folder.At("theirs.json"), Saved(pattern), path);

        Assert.Equal(Merges(theirs), Merges(Trained(TextCorpus.Open(path), pattern, TrainingSequence.Line)));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Training_learns_the_merges_that_Hugging_Face_learns_from_whole_documents(WordPattern pattern)
    {
        const char Newline = '\uF3A7';
        string[] documents =
        [
            Texts.Invented(seed: 3, words: 100_000), string.Join('\n', Texts.Varied), string.Join('\n', Texts.Tricky),
            string.Concat(Enumerable.Range(0, 3000).Select(line => $"if x{line % 7}():\n    y = {line % 13};\n\n\n        // z/\n")),
            Texts.Invented(seed: 4, words: 50_000).ReplaceLineEndings("\r\n\r\n"),
        ];
        Assert.All(documents, text => Assert.DoesNotContain(Newline, text));
        var theirFiles = documents.Select((text, index) => _folder.Write($"theirs/{index}.txt", text.Replace('\n', Newline))).ToArray();
        for (var index = 0; index < documents.Length; index++)
        {
            _folder.Write($"ours/{index}.txt", documents[index]);
        }

        var theirs = await huggingFace.TrainOnDocuments(_folder.At("theirs.json"), Saved(pattern), Newline, theirFiles);

        Assert.Equal(Merges(theirs), Merges(Trained(TextCorpus.Open(_folder.At("ours")), pattern, TrainingSequence.Document)));
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Hugging_Face_and_transformers_load_our_folder_and_give_the_same_ids(WordPattern pattern)
    {
        var corpus = TextCorpus.Open(_folder.Write(
            "corpus.txt", string.Join('\n', Texts.Varied) + string.Join('\n', Texts.Tricky) + Texts.Invented(seed: 1, words: 20_000)));
        var tokenizer = BpeTrainer.Train(corpus, new()
        {
            VocabularySize = 2000,
            SpecialTokens = ["<|endoftext|>", "<|pad|>"],
            Pattern = pattern,
            Normalization = TextNormalization.Nfc,
        }).Tokenizer;
        var saved = Directory.CreateDirectory(_folder.At("saved")).FullName;
        tokenizer.Save(Path.Combine(saved, "tokenizer.json"));
        TransformersFile.Write(tokenizer, saved);
        var random = new Random(7);
        string[] texts =
        [
            .. Texts.Varied, .. Texts.Tricky, Texts.Invented(seed: 2, words: 2000), "Ends.<|endoftext|> a <|pad|>\n\nb e\u0301",
            .. Enumerable.Range(0, 200).Select(_ => Texts.Random(random, 80)),
        ];
        // The expressions of JavaScript take U+FEFF for white space, U+0085 for none, and no long s for an s; transformers decodes no
        // empty text.
        string[] plain = [.. texts.Where(text => text.Length > 0 && text.IndexOfAny(['ſ', '\u0085', '\uFEFF']) < 0)];

        var native = await huggingFace.Encode(Path.Combine(saved, "tokenizer.json"), texts);
        var transformers = await huggingFace.Transform(saved, plain);

        foreach (var (text, theirs) in texts.Zip(native).Concat(plain.Zip(transformers)))
        {
            var ids = tokenizer.Encode(text);
            Assert.Equal((text, string.Join(' ', theirs.Ids)), (text, string.Join(' ', ids)));
            Assert.Equal(theirs.Text, tokenizer.Decode(ids));
        }
    }

    private string Saved(WordPattern pattern)
    {
        var path = _folder.At("pattern.json");
        BpeTrainer.Train(
            TextCorpus.Open(_folder.Write("small.txt", "text")), new() { VocabularySize = 256, SpecialTokens = [], Pattern = pattern })
            .Tokenizer.Save(path);
        return path;
    }

    private static BpeTokenizer Trained(TextCorpus corpus, WordPattern pattern, TrainingSequence sequence) => BpeTrainer.Train(
        corpus, new() { VocabularySize = 40_000, MinFrequency = 1, SpecialTokens = [], Pattern = pattern, Sequence = sequence }).Tokenizer;

    private static IEnumerable<string> Merges(string[][] theirs) => theirs.Select(pair => string.Join(' ', pair));

    private static IEnumerable<string> Merges(BpeTokenizer ours) =>
        ours.Definition.Merges.Select(merge => $"{ours.TokenText(merge.First)} {ours.TokenText(merge.Second)}");
}
