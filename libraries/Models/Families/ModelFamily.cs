namespace Trainyard.Models.Families;

/// <summary>
/// An architecture of language models. A family lives in a folder of its own and has three parts: this class, which makes shapes; a
/// <see cref="LanguageModelShape"/>, which names the parameters and writes the config; and a <see cref="LanguageModel"/>, which computes.
/// Nothing outside of the folder knows a family, except the registry that finds it.
/// </summary>
public abstract class ModelFamily
{
    /// <summary>The name in <c>model_family</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The values of <c>model_type</c> in a <c>config.json</c> of this family.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>The type of its shapes.</summary>
    public abstract Type ShapeType { get; }

    /// <summary>The shape of a fresh model.</summary>
    /// <param name="size">The requested size.</param>
    /// <exception cref="ArgumentException">The family has no model of this size.</exception>
    public abstract LanguageModelShape Prepare(ModelSize size);

    /// <summary>Reads the shape from a <c>config.json</c> whose <c>model_type</c> is of this family.</summary>
    /// <exception cref="InvalidDataException">A member is missing, or its value has no equivalent here.</exception>
    public abstract LanguageModelShape Read(HuggingFaceConfig config);
}

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
