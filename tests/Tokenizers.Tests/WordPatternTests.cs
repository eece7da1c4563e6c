using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Trainyard.Tokenizers.Tests;

public sealed class WordPatternTests
{
    private static readonly Dictionary<WordPattern, Regex> _published = Enum.GetValues<WordPattern>().ToDictionary(
        pattern => pattern, pattern => new Regex(WordExpressions.Of(pattern), RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(30)));

    public static TheoryData<WordPattern> Patterns => [.. Enum.GetValues<WordPattern>()];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Words_are_those_of_the_published_expression(WordPattern pattern)
    {
        var random = new Random(11);
        var texts = Texts.Varied.Concat(Texts.Tricky).Concat(Enumerable.Range(0, 500).Select(_ => Texts.Random(random, 60)));
        foreach (var text in texts.Select(BasicPlaneOnly))
        {
            AssertSplits(pattern, text);
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Short_texts_of_every_kind_of_character_are_split_as_by_the_published_expression(WordPattern pattern)
    {
        // All texts of up to four of these meet every branch of the matchers, and every place where one could end.
        string[] characters = ["a", "B", "\u0301", "字", "1", ".", "/", "'", "s", "L", " ", "\t", "\n", "\r", "\u3000"];
        IEnumerable<string> texts = [""];
        for (var length = 1; length <= 4; length++)
        {
            texts = [.. texts.SelectMany(text => characters.Select(character => text + character))];
            foreach (var text in texts)
            {
                AssertSplits(pattern, text);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Every_character_of_the_basic_plane_is_split_as_by_the_published_expression(WordPattern pattern)
    {
        foreach (var codes in Enumerable.Range(0, 0x10000).Where(Rune.IsValid).Chunk(64))
        {
            AssertSplits(pattern, BasicPlaneOnly(string.Concat(codes.Select(code => Texts.Around(new(code))))));
        }
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Any_bytes_are_split_without_loss(WordPattern pattern)
    {
        var random = new Random(12);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, Words(pattern, bytes).SelectMany(word => word));
        }
    }

    [Theory]
    [InlineData("a\xFF\xFE b", new byte[] { 0x61, 0xFF, 0xFE, 0x20, 0x62 }, 3)]
    [InlineData("cut off", new byte[] { 0x61, 0xE6, 0x97 }, 2)]
    public void Invalid_bytes_form_words_of_signs(string what, byte[] text, int words) =>
        Assert.All(Enum.GetValues<WordPattern>(), pattern => Assert.True(Words(pattern, text).Count == words, $"{what}, {pattern}"));

    [Theory]
    [InlineData(WordPattern.Gpt2, "I'll DON'T", "I|'ll| DON|'|T")]
    [InlineData(WordPattern.Cl100k, "I'll DON'T 1234567", "I|'ll| DON|'T| |123|456|7")]
    [InlineData(WordPattern.Qwen2, "DON'T 12.\n\nx", "DON|'T| |1|2|.\n\n|x")]
    [InlineData(WordPattern.O200k, "camelCase HTMLParser don't 1234/\n/", "camel|Case| HTMLParser| don't| |123|4|/\n/")]
    [InlineData(WordPattern.Cl100k, "a\n  \n\tb", "a|\n  \n|\tb")]
    public void A_pattern_is_known_by_its_words(WordPattern pattern, string text, string words) =>
        Assert.Equal(words.Split('|'), Words(pattern, Encoding.UTF8.GetBytes(text)).Select(Encoding.UTF8.GetString));

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Text_may_be_cut_at_a_boundary(WordPattern pattern)
    {
        var random = new Random(13);
        var texts = Texts.Varied.Concat(Texts.Tricky).Concat(Enumerable.Range(0, 300).Select(_ => Texts.Random(random, 60)));
        var cuts = 0;
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            var whole = Words(pattern, text);
            for (var end = 1; end < text.Length; end++)
            {
                if (WordShape.IsBoundary(text, end))
                {
                    cuts++;
                    Assert.Equal(whole, [.. Words(pattern, text[..end]), .. Words(pattern, text[end..])]);
                }
            }
        }
        Assert.True(cuts > 1000, $"only {cuts} cuts");
    }

    private static void AssertSplits(WordPattern pattern, string text)
    {
        var words = Words(pattern, Encoding.UTF8.GetBytes(text)).Select(Encoding.UTF8.GetString);
        var expected = _published[pattern].Matches(text).Select(match => match.Value);
        Assert.True(words.SequenceEqual(expected), $"{Show(words)} instead of {Show(expected)}");

        static string Show(IEnumerable<string> words) => string.Join(" | ", words.Select(word => string.Concat(word.Select(letter =>
            letter is >= '!' and <= '~' ? letter.ToString() : $"\\u{((int)letter).ToString("X4", CultureInfo.InvariantCulture)}"))));
    }

    // .NET's expressions see surrogates one by one, and do not take a long s for an s; both are compared with Hugging Face.
    private static string BasicPlaneOnly(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.IsBmp && rune.Value != 'ſ'));

    internal static List<byte[]> Words(WordPattern pattern, byte[] text)
    {
        var collector = new Collector([]);
        WordSplitter.Of(pattern).Split(text, ref collector);
        return collector.Words;
    }

    private readonly record struct Collector(List<byte[]> Words) : IWordVisitor
    {
        public void Visit(ReadOnlySpan<byte> text, int start, int end) => Words.Add(text[start..end].ToArray());
    }
}
