using System.Diagnostics;
using System.Globalization;
using Trainyard.Models.Generation;
using Trainyard.Models.Scoring;
using Trainyard.Models.Training;

namespace Trainyard.Models.Runs;

/// <summary>Evaluates what is generated and predicted during training.</summary>
/// <param name="Generator">Generates the samples.</param>
/// <param name="Prompts">What each evaluation continues.</param>
/// <param name="SampleTokens">Tokens that an evaluation generates, of all its samples.</param>
/// <param name="Predicted">The size of the text that each evaluation predicts.</param>
/// <param name="Lengths">The documents of the held-out text.</param>
internal sealed record RunScoring(
    TextGenerator Generator, IReadOnlyList<string> Prompts, int SampleTokens, TextSize Predicted, SequenceLengths? Lengths);

/// <summary>Writes what happens during training to the run's log, files and samples, and reports it.</summary>
internal sealed class RunObserver(RunRecord record, long seed, TimeProvider time)
{
    private const string Validation = "validation";
    private const int MinSampleTokens = 8;

    private long totalSteps;

    /// <summary>Completes evaluations; until it is set, there are none.</summary>
    public RunScoring? Scoring { get; set; }

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case TrainingStarted start:
                totalSteps = start.TotalSteps;
                record.Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Training {start.Parameters:N0} parameters on {start.TrainingTokens:N0} tokens, {start.ValidationTokens:N0} held out: "
                    + $"steps {start.FromStep + 1} to {start.TotalSteps}."));
                break;
            case Evaluated evaluated:
                record.Spend("evaluation_seconds", evaluated.Duration);
                record.Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Step {evaluated.Step}: validation loss {evaluated.Loss:F4}, perplexity {evaluated.Perplexity:F2}")
                    + $"{(evaluated.IsBest ? ", the best so far" : "")}{Covered(evaluated)}.");
                if (Scoring is { } scoring)
                {
                    Score(evaluated, scoring);
                }
                break;
            case CheckpointWritten written:
                record.SpendOnCheckpoint(written.Blocked);
                record.Log("info", $"Saved checkpoint {written.Step}.");
                break;
        }
        record.Report(happened);
    }

    private static string Covered(Evaluated evaluated) => evaluated.Tokens < evaluated.TokensAvailable
        ? string.Create(CultureInfo.InvariantCulture, $" (on {evaluated.Tokens:N0} of {evaluated.TokensAvailable:N0} held-out tokens)")
        : "";

    private void Score(Evaluated evaluated, RunScoring scoring)
    {
        var id = record.EvaluationId(evaluated.Step);
        var texts = Sample(evaluated.Step, id, scoring);
        var metrics = new EvaluationMetrics(
            id, evaluated.Step, Validation, evaluated.Loss, evaluated.Perplexity, evaluated.Tokens, evaluated.TokensAvailable,
            evaluated.Duration.TotalSeconds, time.GetUtcNow())
        {
            Epoch = evaluated.Epoch,
            SequenceLengths = scoring.Lengths,
        };
        metrics = metrics.With(scoring.Predicted).With(TextDiversity.Of(texts));
        record.Keep(metrics);
        record.Report(new EvaluationScored(metrics));
    }

    // Sampling uses its own random numbers, so that it doesn't affect training.
    private List<IReadOnlyList<int>> Sample(long step, string id, RunScoring scoring)
    {
        var sampling = Stopwatch.GetTimestamp();
        // The last evaluation is of the finished model, and worth more.
        var tokens = step == totalSteps ? TrainingPlan.MaxSampleTokens : scoring.SampleTokens / Math.Max(1, scoring.Prompts.Count);
        var options = new SamplingOptions { MaxNewTokens = Math.Max(MinSampleTokens, tokens), TopK = 50, Seed = seed };
        var texts = new List<IReadOnlyList<int>>();
        foreach (var prompt in scoring.Prompts)
        {
            var text = string.Concat(scoring.Generator.Generate(prompt, options));
            texts.Add(scoring.Generator.Encode(text));
            record.AddSample(step, id, prompt, options.Seed, text);
            record.Report(new Sampled(step, prompt, text));
        }
        record.Spend("sampling_seconds", Stopwatch.GetElapsedTime(sampling));
        return texts;
    }
}
