namespace Trainyard.Models.Generation;

/// <summary>Ends a text before the first of some strings. Holds back what may be the beginning of one.</summary>
/// <param name="stops">The strings; none ends the text when empty.</param>
internal sealed class TextEnding(IReadOnlyList<string> stops)
{
    private string held = "";

    /// <summary>Whether one of the strings has come.</summary>
    public bool Reached { get; private set; }

    /// <summary>Takes up the next piece.</summary>
    /// <returns>What is certain to belong to the text.</returns>
    public string Add(string piece)
    {
        var text = held + piece;
        var end = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        Reached = end >= 0;
        var certain = Reached ? end : text.Length - stops.Select(stop => Overlap(text, stop)).DefaultIfEmpty(0).Max();
        held = Reached ? "" : text[certain..];
        return text[..certain];
    }

    /// <returns>What was held back, once no more comes.</returns>
    public string End() => held;

    /// <returns>How many characters at the end of the text begin the string.</returns>
    private static int Overlap(string text, string stop)
    {
        var overlap = Math.Min(text.Length, stop.Length - 1);
        while (!text.AsSpan(text.Length - overlap).SequenceEqual(stop.AsSpan(0, overlap)))
        {
            overlap--;
        }
        return overlap;
    }
}
