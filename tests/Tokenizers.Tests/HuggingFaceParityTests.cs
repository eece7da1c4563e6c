using System.Globalization;
using System.Text;

namespace Trainyard.Tokenizers.Tests;

public sealed class HuggingFaceParityTests(HuggingFace huggingFace)
{
    [Theory]
    [InlineData(TextNormalization.None, false)]
    [InlineData(TextNormalization.Nfc, false)]
    [InlineData(TextNormalization.Nfkc, false)]
    [InlineData(TextNormalization.None, true)]
    [InlineData(TextNormalization.Nfkc, true)]
    public async Task Hugging_Face_loads_our_file_and_gives_the_same_ids_tokens_and_text(TextNormalization normalization, bool lowercase)
    {
        using var folder = new TemporaryFolder();
        folder.Write("varied.txt", string.Join('\n', Texts.Varied));
        folder.Write("invented.txt", Texts.Invented(seed: 1, words: 20_000));
        var tokenizer = BpeTrainer.Train(TextCorpus.Open(folder.Path), new()
        {
            VocabularySize = 2000,
            SpecialTokens = ["<|endoftext|>", "<|pad|>", "<|end|>"],
            Normalization = normalization,
            Lowercase = lowercase,
        }).Tokenizer;
        var path = folder.At("tokenizer.json");
        tokenizer.Save(path);
        var random = new Random(7);
        string[] texts =
        [
            .. Texts.Varied, Texts.Invented(seed: 2, words: 2000),
            .. Enumerable.Range(0, 200).Select(_ => Texts.Random(random, 80)),
        ];

        var theirs = await huggingFace.Encode(path, texts);

        for (var i = 0; i < texts.Length; i++)
        {
            var ids = tokenizer.Encode(texts[i]);
            Assert.True(theirs[i].Ids.SequenceEqual(ids), $"'{texts[i]}': {Show(theirs[i].Ids)} by Hugging Face, {Show(ids)} here");
            Assert.Equal(theirs[i].Tokens, ids.Select(tokenizer.TokenText));
            Assert.Equal(theirs[i].Text, tokenizer.Decode(ids));
        }

        string Show(int[] ids) => string.Join(" ", ids.Select(tokenizer.TokenText));
    }

    [Theory]
    [InlineData(TextNormalization.None, false)]
    [InlineData(TextNormalization.Nfkc, true)]
    public async Task Transformers_loads_a_tokenizers_folder_and_agrees(TextNormalization normalization, bool lowercase)
    {
        using var folder = new TemporaryFolder();
        var corpus = TextCorpus.Open(folder.Write("corpus.txt", string.Join('\n', Texts.Varied) + Texts.Invented(seed: 1, words: 20_000)));
        var tokenizer = BpeTrainer.Train(corpus, new()
        {
            VocabularySize = 2000,
            SpecialTokens = ["<|endoftext|>", "<|pad|>"],
            Normalization = normalization,
            Lowercase = lowercase,
        }).Tokenizer;
        var saved = Directory.CreateDirectory(folder.At("saved")).FullName;
        tokenizer.Save(Path.Combine(saved, "tokenizer.json"));
        TransformersFile.Write(tokenizer, saved);
        string[] texts =
        [
            Texts.Invented(seed: 2, words: 2000), "Ends here.<|endoftext|>ＦＵＬＬ Width ﬁne", "a <|pad|> b", "안녕하세요 🧿  \n\n\tx",
        ];

        var theirs = await huggingFace.Transform(saved, texts);

        for (var i = 0; i < texts.Length; i++)
        {
            var ids = tokenizer.Encode(texts[i]);
            Assert.Equal(ids, theirs[i].Ids);
            Assert.Equal(tokenizer.Decode(ids), theirs[i].Text);
        }
    }

    [Theory]
    [InlineData(TextNormalization.Nfc)]
    [InlineData(TextNormalization.Nfkc)]
    public async Task Every_character_is_normalized_as_by_Hugging_Face(TextNormalization form)
    {
        string[] texts =
        [
            .. Enumerable.Range(0, 0x110000)
                .Where(code => Rune.IsValid(code)
                    && CharUnicodeInfo.GetUnicodeCategory(code) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
                .Select(code => new Rune(code).ToString())
                .Chunk(16)
                .Select(characters => $"e{string.Join("\u0327\u0301a", characters)}\u0323\u0302"),
        ];
        var normalizer = new TextNormalizer(form, lowercase: false);

        var theirs = await huggingFace.Normalize(form, texts);

        for (var i = 0; i < texts.Length; i++)
        {
            var ours = Encoding.UTF8.GetString(normalizer.Normalize(Encoding.UTF8.GetBytes(texts[i])));
            Assert.True(
                string.Equals(theirs[i], ours, StringComparison.Ordinal),
                $"{Codes(texts[i])}: {Codes(theirs[i])} by Hugging Face, {Codes(ours)} here");
        }

        static string Codes(
            string text) => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X4", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Every_character_is_lower_cased_as_by_Hugging_Face()
    {
        string[] texts =
        [
            .. Enumerable.Range(0, 0x110000)
                .Where(Rune.IsValid)
                .Select(code => new Rune(code).ToString())
                .Chunk(4096)
                .Select(part => string.Concat(part)),
        ];
        var normalizer = new TextNormalizer(TextNormalization.None, lowercase: true);

        var theirs = await huggingFace.Lowercase(texts);

        var ours = texts.Select(text => Encoding.UTF8.GetString(normalizer.Normalize(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(string.Concat(theirs).EnumerateRunes(), string.Concat(ours).EnumerateRunes());
    }
}
