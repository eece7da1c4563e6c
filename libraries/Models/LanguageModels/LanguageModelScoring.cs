using Trainyard.Models.Data;
using Trainyard.Models.Generation;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;

namespace Trainyard.Models.LanguageModels;

/// <summary>Samples a language model during training, and adds the scores that need its tokenizer.</summary>
internal sealed class LanguageModelScoring
{
    private readonly TextGenerator generator;
    private readonly IReadOnlyList<string> prompts;
    private readonly EvaluationBudget budget;
    private readonly TextSize predicted;
    private readonly SequenceLengths? lengths;

    /// <param name="generator">Of the model, which its task disposes.</param>
    /// <param name="text">Tokenizer and prompts.</param>
    /// <param name="validation">The held-out tokens.</param>
    /// <param name="evaluator">Predicts them.</param>
    /// <param name="budget">How much to generate.</param>
    public LanguageModelScoring(
        TextGenerator generator, TrainedText text, TokenFile validation, Evaluator evaluator, EvaluationBudget budget)
    {
        this.generator = generator;
        prompts = text.Prompts;
        this.budget = budget;
        predicted = evaluator.SizeOf(TokenSizes.Of(text.Tokenizer));
        lengths = SequenceLengths.Of(validation, text.Tokenizer.EndOfTextId);
    }

    // Sampling uses its own random numbers, so that it doesn't affect training.
    public IEnumerable<TaskSample> Sample(long seed, bool isLast)
    {
        var options = new SamplingOptions { MaxNewTokens = budget.SampleTokens(prompts.Count, isLast), TopK = 50, Seed = seed };
        return prompts.Select(prompt => new TaskSample(prompt, string.Concat(generator.Generate(prompt, options))));
    }

    public EvaluationMetrics Complete(EvaluationMetrics metrics, IReadOnlyList<TaskSample> samples) =>
        (metrics with { SequenceLengths = lengths })
            .With(predicted)
            .With(TextDiversity.Of([.. samples.Select(sample => generator.Encode(sample.Text))]));
}
