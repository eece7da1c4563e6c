namespace Trainyard.Tokenizers.Tests;

public sealed class TokenDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(256)]
    [InlineData(265)]
    [InlineData(300)]
    [InlineData(2000)]
    public void Pieces_joined_are_all_tokens_decoded_at_once_and_never_end_inside_a_character(int vocabulary)
    {
        var random = new Random(vocabulary);
        for (var round = 0; round < 20; round++)
        {
            string[] texts =
            [
                .. Texts.Varied, .. Enumerable.Range(0, 50).Select(_ => Texts.Random(random, 60)),
                "👩‍👩‍👧‍👦🧿🇰🇷", "안녕하세요 세계, 한국어 문장입니다.",
            ];
            var tokenizer = Trained(vocabulary, string.Join('\n', texts.Where(_ => random.Next(3) == 0).DefaultIfEmpty("a")));
            foreach (var text in texts)
            {
                var pieces = Pieces(tokenizer, tokenizer.Encode(text));

                Assert.Equal(text, string.Concat(pieces));
                Assert.DoesNotContain(
                    pieces,
                    piece => piece.Contains('\uFFFD', StringComparison.Ordinal) && !text.Contains('\uFFFD', StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Any_tokens_in_any_order_decode_as_they_do_at_once()
    {
        var random = new Random(3);
        var tokenizer = Trained(400, string.Concat(Texts.Varied));
        for (var round = 0; round < 2000; round++)
        {
            int[] ids = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(tokenizer.VocabularySize))];

            Assert.Equal(tokenizer.Decode(ids), string.Concat(Pieces(tokenizer, ids)));
        }
    }

    [Fact]
    public void Only_an_unfinished_character_is_held_back()
    {
        var tokenizer = Trained(256, "a");
        var decoder = new TokenDecoder(tokenizer);
        string[] pieces = [.. tokenizer.Encode("a🧿b").Select(decoder.Add), decoder.End()];

        Assert.Equal(["a", "", "", "", "🧿", "b", ""], pieces);
    }

    [Fact]
    public void A_character_that_never_becomes_whole_is_one_replacement_character()
    {
        var tokenizer = Trained(256, "a");
        var decoder = new TokenDecoder(tokenizer);
        var text = string.Concat(tokenizer.Encode("한")[..2].Select(decoder.Add));

        Assert.Equal(("", "\uFFFD"), (text, decoder.End()));
    }

    private BpeTokenizer Trained(int vocabulary, string text) => BpeTrainer.Train(
        TextCorpus.Open(_folder.Write("corpus.txt", text)),
        new() { VocabularySize = vocabulary, SpecialTokens = [], MinFrequency = 1 }).Tokenizer;

    private static List<string> Pieces(BpeTokenizer tokenizer, int[] ids)
    {
        var decoder = new TokenDecoder(tokenizer);
        List<string> pieces = [.. ids.Select(decoder.Add)];
        pieces.Add(decoder.End());
        return pieces;
    }
}
