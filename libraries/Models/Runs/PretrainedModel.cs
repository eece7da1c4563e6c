using Trainyard.Models.Families;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>A folder in Hugging Face's format that a run begins with.</summary>
public static class PretrainedModel
{
    /// <summary>The tokenizer's file in such a folder.</summary>
    public const string Tokenizer = RunFolder.TokenizerName;

    /// <summary>The names of the files that a run reads there, besides the tokenizer.</summary>
    /// <exception cref="InvalidDataException">The folder has no weights that can be read.</exception>
    public static IReadOnlyList<string> FilesOf(string folder) => [HuggingFaceFiles.Config, .. ModelWeights.FilesOf(folder)];

    /// <summary>The plan with the folder's shape, and windows that fit into its context.</summary>
    /// <exception cref="InvalidDataException">The config can't be used.</exception>
    /// <exception cref="TrainingException">The model doesn't fit the plan's family and windows, or the tokenizer.</exception>
    internal static TrainingPlan Fit(TrainingPlan plan, LanguageModelShape wanted, string folder, BpeTokenizer tokenizer)
    {
        var shape = ModelFamilies.ReadLanguageModel(File.ReadAllText(Path.Combine(folder, HuggingFaceFiles.Config)));
        Require(shape.Family == wanted.Family,
            $"The folder at pretrained_path holds a model of the family '{shape.Family}'. "
            + $"Set model_family to it, not '{wanted.Family}'.");
        Require(plan.SequenceLength is null || plan.SequenceLength <= shape.MaxSeqLen,
            $"max_seq_len {plan.SequenceLength} is more than the context of the given model, {shape.MaxSeqLen}.");
        Require(tokenizer.VocabularySize <= shape.VocabularySize,
            $"The tokenizer has {tokenizer.VocabularySize} tokens, the given model only {shape.VocabularySize}. "
            + "Use the tokenizer the model was trained with.");
        return plan with { Shape = shape, SequenceLength = plan.SequenceLength ?? Math.Min(wanted.MaxSeqLen, shape.MaxSeqLen) };
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new TrainingException(FailureKind.UserInput, message);
        }
    }
}
