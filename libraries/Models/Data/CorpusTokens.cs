using System.Security.Cryptography;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>Turns a text corpus into tokens once and keeps them for every run that reads the same text with the same tokenizer.</summary>
public static class CorpusTokens
{
    private const int LongestPiece = 1 << 20;

    /// <summary>The tokens of a corpus, from the cache when it has them.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="tokenizerFile">The tokenizer; its content is part of what the cache goes by.</param>
    /// <param name="holdoutFraction">Share of every document to hold out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    /// <param name="cancellation">Ends tokenising; nothing is kept.</param>
    public static TokenizedCorpus Prepare(
        TextCorpus corpus, string tokenizerFile, double holdoutFraction, string cacheFolder, CancellationToken cancellation)
    {
        var tokenizer = BpeTokenizer.Load(tokenizerFile);
        var folder = FolderOf(corpus.Fingerprint, tokenizerFile, holdoutFraction, cacheFolder);
        return TokenizedCorpus.OpenOrCreate(folder, tokenizer.VocabularySize, holdoutFraction, Tokenize(corpus, tokenizer, cancellation));
    }

    /// <summary>The tokens of a corpus that may have changed or gone since; null when the cache does not have them any more.</summary>
    /// <param name="fingerprint">The corpus's, then.</param>
    /// <param name="tokenizerFile">The tokenizer.</param>
    /// <param name="holdoutFraction">Share of every document that was held out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    public static TokenizedCorpus? TryOpen(string fingerprint, string tokenizerFile, double holdoutFraction, string cacheFolder)
    {
        var folder = FolderOf(fingerprint, tokenizerFile, holdoutFraction, cacheFolder);
        return Directory.Exists(folder) ? TokenizedCorpus.OpenOrCreate(folder, BpeTokenizer.Load(tokenizerFile).VocabularySize, holdoutFraction, []) : null;
    }

    private static string FolderOf(string fingerprint, string tokenizerFile, double holdoutFraction, string cacheFolder)
    {
        var key = $"1 {fingerprint} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenizerFile)))} {holdoutFraction:R}";
        return Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]);
    }

    // Long documents come in pieces, each with its own held-out end, so that memory stays bounded.
    private static IEnumerable<int[]> Tokenize(TextCorpus corpus, BpeTokenizer tokenizer, CancellationToken cancellation)
    {
        var tokens = new List<int>();
        foreach (var block in corpus.ReadBlocks())
        {
            cancellation.ThrowIfCancellationRequested();
            tokenizer.Encode(block.Text.Span, tokens);
            if (block.EndsFile && tokenizer.EndOfTextId is { } endOfText)
                tokens.Add(endOfText);
            if (block.EndsFile || tokens.Count >= LongestPiece)
            {
                yield return [.. tokens];
                tokens.Clear();
            }
        }
    }
}
