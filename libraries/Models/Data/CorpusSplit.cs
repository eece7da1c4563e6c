using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>
/// What of a corpus is held out from training. Whole documents, chosen by seed, where they come to between half and twice the wanted share of
/// the bytes. Otherwise the corpus has a few documents that are larger than that share, and those lose their end, cut at a line.
/// </summary>
public sealed class CorpusSplit
{
    private readonly HashSet<int> heldOut = [];
    private readonly Dictionary<int, long> cuts = [];

    private CorpusSplit(double fraction, long seed) => (Fraction, Seed) = (fraction, seed);

    /// <summary>The wanted share of the bytes.</summary>
    public double Fraction { get; }

    /// <summary>The seed that chooses the documents.</summary>
    public long Seed { get; }

    /// <summary>How many documents are held out whole.</summary>
    public int HeldOutDocuments => heldOut.Count;

    /// <summary>Bytes to train on of each document that is cut, by index; the rest is held out.</summary>
    public IReadOnlyDictionary<int, long> Cuts => cuts;

    /// <summary>Splits a corpus. A document keeps its place when others are added, as far as the share allows.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="fraction">The share to hold out; 0 for nothing.</param>
    /// <param name="seed">Chooses the documents.</param>
    public static CorpusSplit Of(TextCorpus corpus, double fraction, long seed)
    {
        var split = new CorpusSplit(fraction, seed);
        var wanted = corpus.Bytes * fraction;
        if (wanted > 0 && !split.HoldOutWhole(corpus.Files, wanted))
            split.CutLarge(corpus.Files, wanted);
        return split;
    }

    /// <summary>Whether a piece of a document is held out.</summary>
    /// <param name="document">Its index.</param>
    /// <param name="offset">Where the piece starts.</param>
    public bool IsHeldOut(int document, long offset) => heldOut.Contains(document) || (cuts.TryGetValue(document, out var cut) && offset >= cut);

    private bool HoldOutWhole(IReadOnlyList<TextFile> files, double wanted)
    {
        double taken = 0;
        foreach (var index in Enumerable.Range(0, files.Count).OrderBy(index => Rank(files[index])).ThenBy(index => index))
        {
            // Only what brings the sum closer to what is wanted.
            if (heldOut.Count == files.Count - 1 || taken + (files[index].Bytes / 2.0) > wanted)
                continue;
            heldOut.Add(index);
            taken += files[index].Bytes;
        }

        if (heldOut.Count > 0 && taken >= wanted / 2 && taken <= wanted * 2)
            return true;
        heldOut.Clear();
        return false;
    }

    private void CutLarge(IReadOnlyList<TextFile> files, double wanted)
    {
        var large = Enumerable.Range(0, files.Count).Where(index => files[index].Bytes > wanted).ToList();
        var share = wanted / large.Sum(index => files[index].Bytes);
        foreach (var index in large)
        {
            if (DocumentCut.Find(files[index], share) is { } cut)
                cuts[index] = cut;
        }
    }

    private ulong Rank(TextFile file)
    {
        var name = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(file.RelativePath)));
        return SplitMix64.Mix((ulong)Seed, name);
    }
}
