using System.Text;

namespace Trainyard.Tokenizers.Tests;

public sealed class TextNormalizerTests
{
    [Theory]
    [InlineData(TextNormalization.Nfc, "e\u0301", "\u00E9")]
    [InlineData(TextNormalization.Nfc, "\uFB01", "\uFB01")]
    [InlineData(TextNormalization.Nfc, "\u1100\u1161\u11A8", "\uAC01")]
    [InlineData(TextNormalization.Nfc, "s\u0307\u0323", "\u1E69")]
    [InlineData(TextNormalization.Nfkc, "\uFB01 \uFF21\u00BD", "fi A1\u20442")]
    [InlineData(TextNormalization.Nfkc, "\u1E9B\u0323", "\u1E69")]
    public void Text_is_composed(TextNormalization form, string text, string expected) =>
        Assert.Equal(expected, Normalize(new(form, lowercase: false), text));

    [Theory]
    [InlineData("ABC ÄÖÜ ЖΣ", "abc äöü жσ")]
    [InlineData("İ", "i\u0307")]
    [InlineData("\uA7DA \uA7CE \U00010D50 \U00016EA0", "\uA7DB \uA7CF \U00010D70 \U00016EBB")]
    public void Text_is_lower_cased_character_by_character(string text, string expected) =>
        Assert.Equal(expected, Normalize(new(TextNormalization.None, lowercase: true), text));

    [Fact]
    public void A_pile_of_combining_marks_is_sorted_in_reasonable_time()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));

        var normalized = Normalize(new(TextNormalization.Nfc, lowercase: false), text);

        Assert.StartsWith("\u1EA1\u0323", normalized, StringComparison.Ordinal);
        Assert.Equal(text.Length - 1, normalized.Length);
    }

    private static string Normalize(TextNormalizer normalizer, string text) =>
        Encoding.UTF8.GetString(normalizer.Normalize(Encoding.UTF8.GetBytes(text)));
}
