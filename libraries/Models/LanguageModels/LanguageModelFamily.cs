using Trainyard.Models.Families;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;

namespace Trainyard.Models.LanguageModels;

/// <summary>A family of language models: text through a tokenizer, and the loss of the next token.</summary>
public abstract class LanguageModelFamily : TrainableFamily
{
    /// <inheritdoc/>
    public abstract override LanguageModelShape Prepare(ModelSize size);

    /// <inheritdoc/>
    public abstract override LanguageModelShape Read(HuggingFaceConfig config);

    /// <inheritdoc/>
    public sealed override TrainingTask Open(TaskSetup setup, CancellationToken cancellation) =>
        LanguageModelSetup.Open(setup, cancellation);

    /// <inheritdoc/>
    public sealed override ModelOutcome Evaluate(NetworkShape shape, ModelEvaluationInputs inputs, CancellationToken cancellation) =>
        new LanguageModelEvaluation(inputs).Run(LanguageModelTask.ShapeOf(shape), cancellation);
}
