using Trainyard.Models.Families;
using Trainyard.Models.LanguageModels;

namespace Samples.Gru;

/// <summary>A language model of gated recurrent units (Cho et al., 2014): a state instead of attention.</summary>
public sealed class GruFamily : LanguageModelFamily
{
    internal const string FamilyName = "gru";
    internal const string ModelType = "sample_gru";

    public override string Name => FamilyName;

    public override IReadOnlyList<string> ModelTypes { get; } = [ModelType];

    public override Type ShapeType => typeof(GruShape);

    public override LanguageModelShape Prepare(ModelSize size) =>
        new GruShape(size.VocabularySize, size.Layers, size.Dim, size.MaxSeqLen);

    public override LanguageModelShape Read(HuggingFaceConfig config) => new GruShape(
        config.Size("vocab_size"), config.Size("num_hidden_layers"), config.Size("hidden_size"), config.Size("max_position_embeddings"));
}
