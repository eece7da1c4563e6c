using System.Security.Cryptography;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>Tokenises a corpus once, and caches the tokens for all runs with the same text and tokenizer.</summary>
public static class CorpusTokens
{
    // Part of the cache key: older versions split the text differently.
    private const int Version = 2;
    private const int MaxPiece = 1 << 20;

    /// <summary>
    /// The tokens of a corpus, from the cache if possible. Every document, and each of the two parts of a cut document, ends with the
    /// end-of-text token.
    /// </summary>
    /// <param name="corpus">The text.</param>
    /// <param name="tokenizerFile">The tokenizer; its content is part of the cache key.</param>
    /// <param name="split">What to hold out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    /// <param name="cancellation">Cancels tokenising; nothing is cached.</param>
    /// <param name="damaged">Called if the cached tokens are damaged, before the text is tokenised again.</param>
    public static TokenizedCorpus Prepare(
        TextCorpus corpus, string tokenizerFile, CorpusSplit split, string cacheFolder, CancellationToken cancellation,
        Action? damaged = null)
    {
        var tokenizer = BpeTokenizer.Load(tokenizerFile);
        // Without whole held-out documents the split doesn't depend on the seed.
        var seed = split.HeldOutDocuments > 0 ? split.Seed : (long?)null;
        var folder = FolderOf(corpus.Fingerprint, tokenizerFile, split.Fraction, seed, cacheFolder);
        return TokenizedCorpus.OpenOrCreate(folder, tokenizer.VocabularySize, Tokenize(corpus, tokenizer, split, cancellation), damaged);
    }

    /// <summary>The cached tokens of a corpus that may no longer exist; null if they are no longer cached, or damaged.</summary>
    /// <param name="fingerprint">The corpus's fingerprint at training time.</param>
    /// <param name="tokenizerFile">The tokenizer.</param>
    /// <param name="holdoutFraction">Share of the bytes that was held out.</param>
    /// <param name="seed">The seed that chose what was held out.</param>
    /// <param name="cacheFolder">Where tokenised corpora are kept.</param>
    public static TokenizedCorpus? TryOpen(string fingerprint, string tokenizerFile, double holdoutFraction, long seed, string cacheFolder)
    {
        var vocabularySize = BpeTokenizer.Load(tokenizerFile).VocabularySize;
        return new long?[] { seed, null }
            .Select(part => FolderOf(fingerprint, tokenizerFile, holdoutFraction, part, cacheFolder))
            .Select(folder => TokenizedCorpus.TryOpen(folder, vocabularySize))
            .FirstOrDefault(kept => kept is not null);
    }

    private static string FolderOf(string fingerprint, string tokenizerFile, double holdoutFraction, long? seed, string cacheFolder)
    {
        var tokenizer = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenizerFile)));
        var key = FormattableString.Invariant($"{Version} {fingerprint} {tokenizer} {holdoutFraction:R} {seed}");
        return Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]);
    }

    // Splits long documents into pieces, so that memory stays bounded.
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
            {
                yield return End(ended.IsHeldOut);
            }
            current = next;
            if (tokens.Count >= MaxPiece)
            {
                yield return new([.. tokens], next.Item2);
                tokens.Clear();
            }
            tokenizer.Encode(block.Text.Span, tokens);
        }
        if (current is { } last)
        {
            yield return End(last.IsHeldOut);
        }

        CorpusPart End(bool isHeldOut)
        {
            // Don't add a second end-of-text token.
            if (tokenizer.EndOfTextId is { } endOfText && (tokens is [] || tokens[^1] != endOfText))
            {
                tokens.Add(endOfText);
            }
            int[] part = [.. tokens];
            tokens.Clear();
            return new(part, isHeldOut);
        }
    }
}
