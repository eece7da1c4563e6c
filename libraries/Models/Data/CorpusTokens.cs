using System.Security.Cryptography;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>Turns a text corpus into tokens once and keeps them for every run that reads the same text with the same tokenizer.</summary>
public static class CorpusTokens
{
    // Part of every key: what older versions kept was split in another way.
    private const int Version = 2;
    private const int MaxPiece = 1 << 20;

    /// <summary>
    /// The tokens of a corpus, from the cache when it has them. Every document, and each of the two parts of one that is cut, ends with the
    /// tokenizer's end-of-text token.
    /// </summary>
    /// <param name="corpus">The text.</param>
    /// <param name="tokenizerFile">The tokenizer; its content is part of what the cache goes by.</param>
    /// <param name="split">What to hold out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    /// <param name="cancellation">Ends tokenising; nothing is kept.</param>
    public static TokenizedCorpus Prepare(
        TextCorpus corpus, string tokenizerFile, CorpusSplit split, string cacheFolder, CancellationToken cancellation)
    {
        var tokenizer = BpeTokenizer.Load(tokenizerFile);
        // A split that its seed has no part in is the same for every seed.
        var seed = split.HeldOutDocuments > 0 ? split.Seed : (long?)null;
        var folder = FolderOf(corpus.Fingerprint, tokenizerFile, split.Fraction, seed, cacheFolder);
        return TokenizedCorpus.OpenOrCreate(folder, tokenizer.VocabularySize, Tokenize(corpus, tokenizer, split, cancellation));
    }

    /// <summary>The tokens of a corpus that may have changed or gone since; null when the cache does not have them any more.</summary>
    /// <param name="fingerprint">The corpus's, then.</param>
    /// <param name="tokenizerFile">The tokenizer.</param>
    /// <param name="holdoutFraction">Share of the bytes that was held out.</param>
    /// <param name="seed">The seed that chose what was held out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    public static TokenizedCorpus? TryOpen(string fingerprint, string tokenizerFile, double holdoutFraction, long seed, string cacheFolder)
    {
        var found = new long?[] { seed, null }
            .Select(part => FolderOf(fingerprint, tokenizerFile, holdoutFraction, part, cacheFolder))
            .FirstOrDefault(Directory.Exists);
        return found is null ? null : TokenizedCorpus.OpenOrCreate(found, BpeTokenizer.Load(tokenizerFile).VocabularySize, []);
    }

    private static string FolderOf(string fingerprint, string tokenizerFile, double holdoutFraction, long? seed, string cacheFolder)
    {
        var tokenizer = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenizerFile)));
        var key = FormattableString.Invariant($"{Version} {fingerprint} {tokenizer} {holdoutFraction:R} {seed}");
        return Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]);
    }

    // Long documents come in pieces, so that memory stays bounded.
    private static IEnumerable<CorpusPart> Tokenize(
        TextCorpus corpus, BpeTokenizer tokenizer, CorpusSplit split, CancellationToken cancellation)
    {
        var tokens = new List<int>();
        (int File, bool IsHeldOut)? current = null;
        foreach (var block in corpus.ReadBlocks(cuts: split.Cuts, unbroken: [.. tokenizer.SpecialTokens.Keys]))
        {
            cancellation.ThrowIfCancellationRequested();
            var next = (block.FileIndex, split.IsHeldOut(block.FileIndex, block.Offset));
            if (current is { } ended && ended != next)
                yield return End(ended.IsHeldOut);
            current = next;
            if (tokens.Count >= MaxPiece)
            {
                yield return new([.. tokens], next.Item2);
                tokens.Clear();
            }
            tokenizer.Encode(block.Text.Span, tokens);
        }
        if (current is { } last)
            yield return End(last.IsHeldOut);

        CorpusPart End(bool isHeldOut)
        {
            // A text that brings its own end needs no second one.
            if (tokenizer.EndOfTextId is { } endOfText && (tokens is [] || tokens[^1] != endOfText))
                tokens.Add(endOfText);
            int[] part = [.. tokens];
            tokens.Clear();
            return new(part, isHeldOut);
        }
    }
}
