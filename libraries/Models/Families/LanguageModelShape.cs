using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Trainyard.Models.Families;

/// <summary>
/// The size and the variant of a model: everything that determines its parameters and what it computes. Families derive from it; two
/// shapes are equal if their models have the same parameters and compute the same.
/// </summary>
/// <param name="VocabularySize">Number of tokens, which is the number of the embedding's rows.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Dim">Width of the residual stream.</param>
/// <param name="MaxSeqLen">Context length in tokens.</param>
[JsonConverter(typeof(ShapeConverter))]
public abstract record LanguageModelShape(int VocabularySize, int Layers, int Heads, int Dim, int MaxSeqLen)
{
    /// <summary>The family's name; see <see cref="ModelFamilies"/>.</summary>
    public abstract string Family { get; }

    /// <summary>Heads of keys and values; the cache of a model has as many.</summary>
    [JsonIgnore]
    public virtual int CachedHeads => Heads;

    /// <summary>Width of a head.</summary>
    [JsonIgnore]
    public virtual int HeadWidth => Dim / Heads;

    /// <summary>Trainable numbers, a shared embedding counted once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => parameter.Count);

    /// <summary>Every parameter, under its name in Hugging Face's transformers.</summary>
    public abstract IEnumerable<ParameterSpec> Parameters();

    /// <summary>
    /// Whether files of this family may hold a tensor of this name that the model doesn't need, such as a buffer or the copy of a shared
    /// embedding.
    /// </summary>
    public abstract bool IsRedundant(string name);

    /// <summary>The members of Hugging Face's <c>config.json</c> that describe this shape.</summary>
    /// <param name="dropout">Share of values dropped in training.</param>
    /// <param name="endOfTextId">Token that ends a text; null without one.</param>
    public abstract JsonObject ToConfig(double dropout, int? endOfTextId);

    /// <summary>A model with these parameters.</summary>
    /// <param name="parameters">Those of <see cref="Parameters"/>, in their order. The model disposes them.</param>
    public abstract LanguageModel Build(IReadOnlyList<NamedTensor> parameters);
}
