namespace Trainyard.Tokenizers.Tests;

public sealed class BpeTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BpeTokenizer _tokenizer;

    public BpeTokenizerTests() => _tokenizer = BpeTrainer.Train(
        TextCorpus.Open(_folder.Write("corpus.txt", Texts.Invented(seed: 1, words: 20_000) + string.Concat(Texts.Varied))),
        new() { VocabularySize = 1500, SpecialTokens = ["<|endoftext|>", "<|end|>", "<|end|>>"] }).Tokenizer;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_text_decodes_to_itself()
    {
        var random = new Random(21);
        foreach (var text in Texts.Varied.Concat(Enumerable.Range(0, 1000).Select(_ => Texts.Random(random, 100))))
        {
            Assert.Equal(text, _tokenizer.Decode(_tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Any_bytes_survive_encoding()
    {
        var random = new Random(22);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            var ids = new List<int>();
            _tokenizer.Encode(bytes, ids);
            Assert.Equal(bytes, ids.SelectMany(id => _tokenizer.TokenBytes(id).ToArray()));
        }
    }

    [Fact]
    public void A_lone_surrogate_and_cut_characters_become_the_replacement_character()
    {
        var ids = _tokenizer.Encode("🧿");

        Assert.Equal("a\uFFFDb", _tokenizer.Decode(_tokenizer.Encode("a\uD800b")));
        Assert.Equal("\uFFFD", _tokenizer.Decode(ids.AsSpan(0, ids.Length - 1)));
    }

    [Fact]
    public void The_longest_special_token_wins()
    {
        Assert.Equal([2], _tokenizer.Encode("<|end|>>"));
        Assert.Equal([1, 0], _tokenizer.Encode("<|end|><|endoftext|>"));
    }

    [Fact]
    public void Ids_outside_the_vocabulary_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.TokenText(_tokenizer.VocabularySize));
    }

    [Fact]
    public void Saving_and_loading_gives_the_same_tokenizer_and_leaves_one_file()
    {
        var path = _folder.At("saved/tokenizer.json");
        Directory.CreateDirectory(_folder.At("saved"));
        _tokenizer.Save(path);
        _tokenizer.Save(path);

        var loaded = BpeTokenizer.Load(path);

        Assert.Equal([path], Directory.GetFiles(_folder.At("saved")));
        Assert.Equal((_tokenizer.VocabularySize, _tokenizer.EndOfTextId), (loaded.VocabularySize, loaded.EndOfTextId));
        Assert.All(Texts.Varied, text => Assert.Equal(_tokenizer.Encode(text), loaded.Encode(text)));
    }

    [Fact]
    public async Task Threads_share_a_tokenizer()
    {
        var texts = Enumerable.Range(0, 8).Select(seed => Texts.Invented(seed, words: 3000)).ToArray();

        var together = await Task.WhenAll(texts.Select(text => Task.Run(() => _tokenizer.Encode(text))));

        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(BpeTokenizer.Load(Saved()).Encode(texts[i]), together[i]);
        }
    }

    [Fact]
    public void A_word_of_any_length_is_merged_as_its_parts_are()
    {
        // No merge crosses from one copy into the next, so the long word's tokens are the short one's, repeated.
        var part = "日本語" + new string('\u0001', 3);
        var (once, many) = (_tokenizer.Encode(part), _tokenizer.Encode(string.Concat(Enumerable.Repeat(part, 5000))));

        Assert.Equal(Enumerable.Repeat(once, 5000).SelectMany(ids => ids), many);
    }

    private string Saved()
    {
        var path = _folder.At("shared.json");
        _tokenizer.Save(path);
        return path;
    }
}
