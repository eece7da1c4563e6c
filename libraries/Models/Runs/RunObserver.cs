using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Trainyard.Models.Generation;
using Trainyard.Models.Training;

namespace Trainyard.Models.Runs;

/// <summary>Writes what happens during training to the run's log, files and samples, and reports it.</summary>
internal sealed class RunObserver(RunRecord record, long seed, TimeProvider time)
{
    private const int SampleTokens = 64;
    private const string SamplePrompt = "";

    /// <summary>Generates the samples; none are generated without it.</summary>
    public TextGenerator? Generator { get; set; }

    public void Observe(TrainingEvent happened)
    {
        switch (happened)
        {
            case TrainingStarted start:
                record.Log("info", string.Create(CultureInfo.InvariantCulture,
                    $"Training {start.Parameters:N0} parameters on {start.TrainingTokens:N0} tokens, {start.ValidationTokens:N0} held out: "
                    + $"steps {start.FromStep + 1} to {start.TotalSteps}."));
                break;
            case Evaluated evaluated:
                Keep(evaluated);
                break;
            case CheckpointWritten written:
                record.SpendOnCheckpoint(written.Duration);
                record.Log("info", $"Saved checkpoint {written.Step}.");
                break;
        }
        record.Report(happened);
    }

    private void Keep(Evaluated evaluated)
    {
        record.Spend("evaluation_seconds", evaluated.Duration);
        record.Log("info", string.Create(CultureInfo.InvariantCulture,
            $"Step {evaluated.Step}: validation loss {evaluated.Loss:F4}, perplexity {evaluated.Perplexity:F2}")
            + $"{(evaluated.IsBest ? ", the best so far" : "")}{Covered(evaluated)}.");
        record.Keep(RunFolder.EvalMetricsName, "eval", JsonSerializer.Serialize(
            new
            {
                evaluated.Step,
                evaluated.Epoch,
                evaluated.Loss,
                evaluated.Perplexity,
                evaluated.Tokens,
                evaluated.TokensAvailable,
                EvaluatedAt = time.GetUtcNow(),
            }, ModelJson.Indented));
        Sample(evaluated.Step);
    }

    private static string Covered(Evaluated evaluated) => evaluated.Tokens < evaluated.TokensAvailable
        ? string.Create(CultureInfo.InvariantCulture, $" (on {evaluated.Tokens:N0} of {evaluated.TokensAvailable:N0} held-out tokens)")
        : "";

    // Sampling uses its own random numbers, so that it doesn't affect training.
    private void Sample(long step)
    {
        if (Generator is not { } generator)
        {
            return;
        }

        var sampling = Stopwatch.GetTimestamp();
        var options = new SamplingOptions { MaxNewTokens = SampleTokens, TopK = 50, Seed = seed };
        var text = string.Concat(generator.Generate(SamplePrompt, options));
        record.AddSample(step, SamplePrompt, options.Seed, text);
        record.Spend("sampling_seconds", Stopwatch.GetElapsedTime(sampling));
        record.Report(new Sampled(step, SamplePrompt, text));
    }
}
