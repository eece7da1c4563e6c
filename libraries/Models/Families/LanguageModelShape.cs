using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Trainyard.Models.Families;

/// <summary>The size and the variant of a language model. Its parameters carry the names of Hugging Face's transformers.</summary>
/// <param name="VocabularySize">Number of tokens, which is the number of the embedding's rows.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
public abstract record LanguageModelShape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen) : NetworkShape
{
    /// <summary>Heads of keys and values; the cache of a model has as many.</summary>
    [JsonIgnore]
    public virtual int CachedHeads => Heads;

    /// <summary>Width of a head.</summary>
    [JsonIgnore]
    public virtual int HeadWidth => Dim / Heads;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int ResidualBlocks => Layers;

    /// <inheritdoc/>
    public override string ConfigText(double dropout) => HuggingFaceFiles.ConfigOf(this, dropout, endOfTextId: null);

    /// <summary>The members of Hugging Face's <c>config.json</c> that describe this shape.</summary>
    /// <param name="dropout">Share of values dropped in training.</param>
    /// <param name="endOfTextId">Token that ends a text; null without one.</param>
    public abstract JsonObject ToConfig(double dropout, int? endOfTextId);

    /// <inheritdoc/>
    public abstract override LanguageModel Build(IReadOnlyList<NamedTensor> parameters);
}
