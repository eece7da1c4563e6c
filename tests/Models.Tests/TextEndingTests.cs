using Trainyard.Models.Generation;

namespace Trainyard.Models.Tests;

public class TextEndingTests
{
    [Theory]
    [InlineData("ab|c\n|\nd", "\n\n", "abc")]
    [InlineData("ab|c\n|d\n", "\n\n", "abc\nd\n")]
    [InlineData("a|a|a|b|c", "aab", "a")]
    [InlineData("one END two", "END", "one ")]
    [InlineData("xEN|D", "D,END", "x")]
    [InlineData("abc", "", "abc")]
    public void A_text_ends_before_the_first_stop_however_it_comes_in_pieces(string pieces, string stops, string expected)
    {
        var ending = new TextEnding(stops.Split(',', StringSplitOptions.RemoveEmptyEntries));
        var text = "";
        foreach (var piece in pieces.Split('|').TakeWhile(_ => !ending.Reached))
        {
            text += ending.Add(piece);
            Assert.StartsWith(text, expected, StringComparison.Ordinal);
        }

        Assert.Equal(expected, text + ending.End());
    }
}
