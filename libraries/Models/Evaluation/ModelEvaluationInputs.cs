using Trainyard.Models.Runs;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Evaluation;

/// <summary>The inputs of an evaluation.</summary>
public sealed record ModelEvaluationInputs
{
    /// <summary>Its id, for its files.</summary>
    public required string EvaluationId { get; init; }

    /// <summary>The run's folder; the results go there too.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>The weights, with Hugging Face's names.</summary>
    public required string WeightsFile { get; init; }

    /// <summary>The step they were saved at.</summary>
    public required long Step { get; init; }

    /// <summary>The run's attempt that saved them.</summary>
    public required int Attempt { get; init; }

    /// <summary>What to call the text in the results.</summary>
    public required string On { get; init; }

    /// <summary>A text file or a folder of them.</summary>
    public required string CorpusPath { get; init; }

    /// <summary>The share the run held out, to evaluate on that part alone; null for the whole text.</summary>
    public double? HoldoutFraction { get; init; }

    /// <summary>What of a folder belongs to the corpus.</summary>
    public TextCorpusOptions Corpus { get; init; } = new();

    /// <summary>Where tokenised corpora are kept.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Windows per forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Threads; all cores when null.</summary>
    public int? Threads { get; init; }

    /// <summary>Tokens to predict at most; all when null.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Texts to generate.</summary>
    public int Samples { get; init; }

    /// <summary>Tokens of each.</summary>
    public int SampleTokens { get; init; }

    /// <summary>The run's seed: it chose what was held out, and is the first of the samples' seeds.</summary>
    public long Seed { get; init; }
}

/// <summary>The content of <c>eval/metrics.json</c>.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Step">The step of the weights.</param>
/// <param name="On">The text evaluated on.</param>
/// <param name="Loss">Mean cross-entropy in nats per token.</param>
/// <param name="Perplexity">Exponential of the loss, infinite above a loss of 20.</param>
/// <param name="BitsPerByte">Cross-entropy in bits per byte of text.</param>
/// <param name="TokensPerByte">Tokens per byte of text.</param>
/// <param name="AccuracyTop1">Share of tokens that were the likeliest prediction.</param>
/// <param name="AccuracyTop5">Share of tokens among the five likeliest.</param>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="Bytes">Bytes they stand for.</param>
/// <param name="TokensAvailable">Tokens available for prediction.</param>
/// <param name="DurationS">Duration of the prediction, in seconds.</param>
/// <param name="EvaluatedAt">Time of the evaluation.</param>
public sealed record EvaluationMetrics(
    string EvaluationId, long Step, string On, double Loss, double Perplexity, double BitsPerByte, double TokensPerByte,
    double AccuracyTop1, double AccuracyTop5, long Tokens, long Bytes, long TokensAvailable, double DurationS, DateTimeOffset EvaluatedAt);
