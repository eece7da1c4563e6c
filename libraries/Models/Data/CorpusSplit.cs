using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Data;

/// <summary>
/// The part of a corpus held out from training. Whole documents, chosen by seed, if their bytes come to between half and twice the target.
/// Otherwise a few documents are larger than the target, and the ends of those are held out, cut at a line.
/// </summary>
public sealed class CorpusSplit
{
    private readonly HashSet<int> heldOut = [];
    private readonly Dictionary<int, long> cuts = [];

    private CorpusSplit(double fraction, long seed) => (Fraction, Seed) = (fraction, seed);

    /// <summary>The target share of the bytes.</summary>
    public double Fraction { get; }

    /// <summary>The seed that chooses the documents.</summary>
    public long Seed { get; }

    /// <summary>Number of documents held out whole.</summary>
    public int HeldOutDocuments => heldOut.Count;

    /// <summary>Bytes to train on of each document that is cut, by index; the rest is held out.</summary>
    public IReadOnlyDictionary<int, long> Cuts => cuts;

    /// <summary>Splits a corpus. Adding documents moves as few others as possible between the two parts.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="fraction">The share to hold out; 0 for nothing.</param>
    /// <param name="seed">Chooses the documents.</param>
    public static CorpusSplit Of(TextCorpus corpus, double fraction, long seed)
    {
        var split = new CorpusSplit(fraction, seed);
        var target = corpus.Bytes * fraction;
        if (target > 0 && !split.HoldOutWhole(corpus.Files, target))
        {
            split.CutLarge(corpus.Files, target);
        }
        return split;
    }

    /// <summary>Whether a piece of a document is held out.</summary>
    /// <param name="document">Its index.</param>
    /// <param name="offset">Where the piece starts.</param>
    public bool IsHeldOut(int document, long offset) =>
        heldOut.Contains(document) || (cuts.TryGetValue(document, out var cut) && offset >= cut);

    private bool HoldOutWhole(IReadOnlyList<TextFile> files, double target)
    {
        double taken = 0;
        foreach (var index in Enumerable.Range(0, files.Count).OrderBy(index => Rank(files[index])).ThenBy(index => index))
        {
            // Skip documents that would move the sum away from the target.
            if (heldOut.Count == files.Count - 1 || taken + (files[index].Bytes / 2.0) > target)
            {
                continue;
            }
            heldOut.Add(index);
            taken += files[index].Bytes;
        }

        if (heldOut.Count > 0 && taken >= target / 2 && taken <= target * 2)
        {
            return true;
        }
        heldOut.Clear();
        return false;
    }

    private void CutLarge(IReadOnlyList<TextFile> files, double target)
    {
        var large = Enumerable.Range(0, files.Count).Where(index => files[index].Bytes > target).ToList();
        var share = target / large.Sum(index => files[index].Bytes);
        foreach (var index in large)
        {
            if (DocumentCut.Find(files[index], share) is { } cut)
            {
                cuts[index] = cut;
            }
        }
    }

    private ulong Rank(TextFile file)
    {
        var name = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(file.RelativePath)));
        return SplitMix64.Mix((ulong)Seed, name);
    }
}
