using System.Diagnostics;
using Trainyard.Models.Data;
using Trainyard.Models.Families;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.Models.Scoring;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.LanguageModels;

/// <summary>Scores a saved language model on a text, and generates samples.</summary>
/// <param name="inputs">The inputs.</param>
internal sealed class LanguageModelEvaluation(ModelEvaluationInputs inputs)
{
    private readonly RunFolder folder = inputs.Folder;
    private IReadOnlyList<string> notices = [];

    public ModelOutcome Run(LanguageModelShape shape, CancellationToken cancellation)
    {
        var tokenizer = BpeTokenizer.Load(folder.Tokenizer);
        using var corpus = Tokens(cancellation);
        var tokens = inputs.HoldoutFraction is null ? corpus.Training : corpus.Validation;
        if (tokens.Count < 2)
        {
            throw new TrainingException(
                FailureKind.UserInput, $"The text is too short to evaluate on: it has {tokens.Count} tokens, at least 2 are needed.");
        }

        using var model = LanguageModel.Load(shape, inputs.WeightsFile);
        var started = Stopwatch.GetTimestamp();
        // A model can read longer texts than it was trained on, such as 128 Ki tokens.
        var plan = RunManifest.Read(folder.Manifest)?.Plan;
        var context = plan is null ? shape.MaxSeqLen : LanguageModelTask.WindowOf(plan, shape);
        var scores = ModelScores.Of(model, tokenizer, tokens, context, inputs.BatchSize, inputs.MaxTokens, cancellation);
        var duration = Stopwatch.GetElapsedTime(started);
        var samples = Samples(new TextGenerator(model, tokenizer), cancellation);
        var metrics = new EvaluationMetrics
        {
            EvaluationId = inputs.EvaluationId,
            Step = inputs.Step,
            On = inputs.On,
            Loss = scores.Loss,
            Perplexity = scores.Perplexity,
            AccuracyTop1 = scores.AccuracyTop1,
            AccuracyTop5 = scores.AccuracyTop5,
            Tokens = scores.Tokens,
            TokensAvailable = tokens.Count - 1,
            SequenceLengths = SequenceLengths.Of(tokens, tokenizer.EndOfTextId),
            DurationS = duration.TotalSeconds,
        };
        metrics = metrics.With(scores.Text).With(TextDiversity.Of([.. samples.Select(sample => tokenizer.Encode(sample.Text))]));
        return new(metrics, samples, notices);
    }

    private TokenizedCorpus Tokens(CancellationToken cancellation)
    {
        var holdout = inputs.HoldoutFraction ?? 0;
        var data = inputs.HoldoutFraction is null ? null : RunManifest.Read(folder.Manifest)?.Data;
        if (data is { HeldOutFiles: null })
        {
            throw new TrainingException(FailureKind.UserInput,
                "The run was trained by an earlier version of Trainyard, which held out other parts of the text. "
                + "Evaluate on a corpus path instead.");
        }
        var trainedOn = data?.Fingerprint;
        if (trainedOn is not null
            && CorpusTokens.TryOpen(trainedOn, folder.Tokenizer, holdout, inputs.Seed, inputs.CacheFolder) is { } kept)
        {
            return kept;
        }

        var text = TextCorpus.Open(inputs.CorpusPath, inputs.Corpus);
        notices = text.Notices;
        if (trainedOn is not null && text.Fingerprint != trainedOn)
        {
            throw new TrainingException(FailureKind.UserInput,
                "The text has changed since the run was trained, so the held-out part can't be determined. "
                + "Evaluate on a corpus path instead.");
        }
        return CorpusTokens.Prepare(text, folder.Tokenizer, CorpusSplit.Of(text, holdout, inputs.Seed), inputs.CacheFolder, cancellation);
    }

    private List<EvaluationSample> Samples(TextGenerator generator, CancellationToken cancellation) =>
    [
        .. from prompt in inputs.Prompts
           from index in Enumerable.Range(0, inputs.Samples)
           let sampling = new SamplingOptions { MaxNewTokens = inputs.SampleTokens, TopK = 50, Seed = inputs.Seed + index }
           let text = string.Concat(generator.Generate(prompt, sampling, cancellation))
           select new EvaluationSample(sampling.Seed, text) { Prompt = prompt },
    ];
}
