using System.Text.Json.Serialization;

namespace Trainyard.Models.Scoring;

/// <summary>The content of <c>eval/metrics.json</c>, and the evaluation in a manifest.</summary>
/// <param name="EvaluationId">The evaluation; <c>train-ATTEMPT-STEP</c> for one during training.</param>
/// <param name="Step">The step of the weights.</param>
/// <param name="On">The text evaluated on.</param>
/// <param name="Loss">Mean cross-entropy in nats per token.</param>
/// <param name="Perplexity">Exponential of the loss, infinite above a loss of 20.</param>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="TokensAvailable">Tokens available for prediction.</param>
/// <param name="DurationS">Duration of the prediction, in seconds.</param>
/// <param name="EvaluatedAt">Time of the evaluation.</param>
public sealed record EvaluationMetrics(
    string EvaluationId, long Step, string On, double Loss, double Perplexity, long Tokens, long TokensAvailable, double DurationS,
    DateTimeOffset EvaluatedAt)
{
    /// <summary>The epoch, from 1, of an evaluation during training.</summary>
    public int? Epoch { get; init; }

    /// <summary>Bytes that the predicted tokens stand for.</summary>
    public long Bytes { get; init; }

    /// <summary>Cross-entropy in bits per byte of text. Comparable between tokenizers.</summary>
    public double? BitsPerByte { get; init; }

    /// <summary>Tokens per byte of text.</summary>
    public double? TokensPerByte { get; init; }

    /// <summary>Tokens per character of text.</summary>
    public double? TokensPerCharacter { get; init; }

    /// <summary>Share of tokens that were the likeliest prediction; not counted during training.</summary>
    public double? AccuracyTop1 { get; init; }

    /// <summary>Share of tokens among the five likeliest; not counted during training.</summary>
    public double? AccuracyTop5 { get; init; }

    /// <summary>Lengths of the text's documents.</summary>
    public SequenceLengths? SequenceLengths { get; init; }

    /// <summary>Different tokens among those of all samples.</summary>
    [JsonPropertyName("distinct_1")]
    public double? Distinct1 { get; init; }

    /// <summary>Different pairs among those of all samples.</summary>
    [JsonPropertyName("distinct_2")]
    public double? Distinct2 { get; init; }

    /// <summary>Different triples among those of all samples.</summary>
    [JsonPropertyName("distinct_3")]
    public double? Distinct3 { get; init; }

    /// <summary>4-grams of the samples that repeat one of the same sample.</summary>
    public double? Repetition { get; init; }

    /// <summary>Adds the size of the predicted text.</summary>
    public EvaluationMetrics With(TextSize text) => this with
    {
        Bytes = text.Bytes,
        BitsPerByte = text.BitsPerByte(Loss, Tokens),
        TokensPerByte = text.Bytes == 0 ? null : (double)Tokens / text.Bytes,
        TokensPerCharacter = text.Characters == 0 ? null : (double)Tokens / text.Characters,
    };

    /// <summary>Adds the diversity of the samples; null if there are none.</summary>
    public EvaluationMetrics With(TextDiversity? samples) => this with
    {
        Distinct1 = samples?.Distinct1,
        Distinct2 = samples?.Distinct2,
        Distinct3 = samples?.Distinct3,
        Repetition = samples?.Repetition,
    };
}
