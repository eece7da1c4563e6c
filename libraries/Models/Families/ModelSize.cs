namespace Trainyard.Models.Families;

/// <summary>The requested size of a fresh model.</summary>
/// <param name="VocabularySize">Number of tokens; 0 until the tokenizer is known.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="KvHeads">Heads of keys and values; as many as <paramref name="Heads"/> when null.</param>
/// <param name="Dim">Width of the residual stream; a multiple of <paramref name="Heads"/>.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
public sealed record ModelSize(int VocabularySize, int Layers, int Heads, int? KvHeads, int Dim, int MaxSeqLen)
{
    /// <summary>Heads of keys and values, with the default.</summary>
    internal int CachedHeads => KvHeads ?? Heads;
}
