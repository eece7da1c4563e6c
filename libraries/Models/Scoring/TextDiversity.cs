namespace Trainyard.Models.Scoring;

/// <summary>
/// How varied generated texts are. Distinct-n is the share of different n-grams among all n-grams of all texts (Li et al., "A
/// Diversity-Promoting Objective Function for Neural Conversation Models", 2016). Repetition is the share of 4-grams that have occurred
/// before in the same text (seq-rep-4 of Welleck et al., "Neural Text Generation with Unlikelihood Training", 2020).
/// </summary>
/// <param name="Distinct1">Different tokens among all tokens, from 0 to 1.</param>
/// <param name="Distinct2">The same of pairs; null without any.</param>
/// <param name="Distinct3">The same of triples; null without any.</param>
/// <param name="Repetition">Repeated 4-grams among all 4-grams, from 0 to 1; null without any.</param>
public sealed record TextDiversity(double Distinct1, double? Distinct2, double? Distinct3, double? Repetition)
{
    private const int RepeatedLength = 4;

    /// <summary>The diversity of texts, given as token ids; null if there are no tokens.</summary>
    public static TextDiversity? Of(IReadOnlyList<IReadOnlyList<int>> texts) =>
        Distinct(texts, 1) is { } single ? new(single, Distinct(texts, 2), Distinct(texts, 3), Repeated(texts)) : null;

    private static double? Distinct(IReadOnlyList<IReadOnlyList<int>> texts, int length)
    {
        var all = texts.SelectMany(text => Grams(text, length)).ToList();
        return all.Count == 0 ? null : (double)all.Distinct().Count() / all.Count;
    }

    private static double? Repeated(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        var grams = texts.Select(text => Grams(text, RepeatedLength).ToList()).ToList();
        var all = grams.Sum(text => text.Count);
        return all == 0 ? null : (double)(all - grams.Sum(text => text.Distinct().Count())) / all;
    }

    private static IEnumerable<(int, int, int, int)> Grams(IReadOnlyList<int> text, int length)
    {
        for (var at = 0; at + length <= text.Count; at++)
        {
            yield return (text[at], Token(1), Token(2), Token(3));

            int Token(int offset) => offset < length ? text[at + offset] : -1;
        }
    }
}
