using System.Text;
using System.Text.RegularExpressions;

namespace Trainyard.Tokenizers.Tests;

public sealed class WordScannerTests
{
    private static readonly Regex _gpt2 = new(
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(
            10));

    [Fact]
    public void Words_are_those_of_the_GPT2_pattern()
    {
        var random = new Random(11);
        var texts = Texts.Varied.Concat(Enumerable.Range(0, 500).Select(_ => Texts.Random(random, 60)));
        foreach (var text in texts.Select(BasicPlaneOnly))
        {
            Assert.Equal(
                _gpt2.Matches(text).Select(match => match.Value), Words(Encoding.UTF8.GetBytes(text)).Select(Encoding.UTF8.GetString));
        }
    }

    [Fact]
    public void Any_bytes_are_split_without_loss()
    {
        var random = new Random(12);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, Words(bytes).SelectMany(word => word));
        }
    }

    [Theory]
    [InlineData("a\xFF\xFE b", new byte[] { 0x61, 0xFF, 0xFE, 0x20, 0x62 }, 3)]
    [InlineData("cut off", new byte[] { 0x61, 0xE6, 0x97 }, 2)]
    public void Invalid_bytes_form_words_of_signs(string what, byte[] text, int words) =>
        Assert.True(Words(text).Count == words, what);

    // .NET's expressions see surrogates one by one; other planes are compared with Hugging Face.
    private static string BasicPlaneOnly(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.IsBmp));

    private static List<byte[]> Words(byte[] text)
    {
        var words = new List<byte[]>();
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = WordScanner.NextEnd(text, start);
            words.Add(text[start..end]);
        }

        return words;
    }
}
