using Trainyard.Models.Data;

namespace Trainyard.Models.Scoring;

/// <summary>Lengths of the documents of a text in tokens, without their end-of-text tokens.</summary>
/// <param name="Documents">Number of documents.</param>
/// <param name="Mean">Mean length.</param>
/// <param name="Median">Median length.</param>
/// <param name="P95">Length that 95 % of the documents don't exceed.</param>
/// <param name="Max">Length of the longest.</param>
public sealed record SequenceLengths(long Documents, double Mean, long Median, long P95, long Max)
{
    private const int Piece = 1 << 16;

    /// <summary>The lengths in a text, of which the first 16 Mi tokens are read; null for an empty text.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="endOfText">The token that ends a document; without it the text is one document.</param>
    public static SequenceLengths? Of(TokenFile tokens, int? endOfText)
    {
        var lengths = new List<long>();
        var (length, read) = (0L, Math.Min(tokens.Count, 1 << 24));
        var piece = new long[Piece];
        for (long start = 0; start < read; start += Piece)
        {
            var part = piece.AsSpan(0, (int)Math.Min(Piece, read - start));
            tokens.Read(start, part);
            foreach (var token in part)
            {
                if (token == endOfText)
                {
                    lengths.Add(length);
                    length = 0;
                }
                else
                {
                    length++;
                }
            }
        }
        if (length > 0)
        {
            lengths.Add(length);
        }
        lengths.Sort();
        return lengths.Count == 0 ? null : new(lengths.Count, lengths.Average(), At(lengths, 0.5), At(lengths, 0.95), lengths[^1]);
    }

    private static long At(List<long> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
