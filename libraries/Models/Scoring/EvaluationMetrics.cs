using System.Text.Json.Serialization;

namespace Trainyard.Models.Scoring;

/// <summary>
/// The content of <c>eval/metrics.json</c>, and the evaluation in a manifest. What a model's data doesn't have, such as tokens, is null.
/// </summary>
public sealed record EvaluationMetrics
{
    /// <summary>The evaluation; <c>train-ATTEMPT-STEP</c> for one during training.</summary>
    public required string EvaluationId { get; init; }

    /// <summary>The step of the weights.</summary>
    public required long Step { get; init; }

    /// <summary>The data evaluated on.</summary>
    public required string On { get; init; }

    /// <summary>Mean cross-entropy in nats per token or example.</summary>
    public required double Loss { get; init; }

    /// <summary>Exponential of the loss, infinite above a loss of 20; of language models.</summary>
    public double? Perplexity { get; init; }

    /// <summary>Tokens predicted.</summary>
    public long? Tokens { get; init; }

    /// <summary>Tokens available for prediction.</summary>
    public long? TokensAvailable { get; init; }

    /// <summary>Examples scored.</summary>
    public long? Examples { get; init; }

    /// <summary>Examples available.</summary>
    public long? ExamplesAvailable { get; init; }

    /// <summary>Duration of the prediction, in seconds.</summary>
    public required double DurationS { get; init; }

    /// <summary>Time of the evaluation.</summary>
    public DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>The epoch, from 1, of an evaluation during training.</summary>
    public int? Epoch { get; init; }

    /// <summary>Bytes that the predicted tokens stand for.</summary>
    public long? Bytes { get; init; }

    /// <summary>Cross-entropy in bits per byte of text. Comparable between tokenizers.</summary>
    public double? BitsPerByte { get; init; }

    /// <summary>Tokens per byte of text.</summary>
    public double? TokensPerByte { get; init; }

    /// <summary>Tokens per character of text.</summary>
    public double? TokensPerCharacter { get; init; }

    /// <summary>Share of tokens or examples whose likeliest prediction was right; not counted for text during training.</summary>
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
        BitsPerByte = Tokens is { } predicted ? text.BitsPerByte(Loss, predicted) : null,
        TokensPerByte = text.Bytes == 0 ? null : (double?)Tokens / text.Bytes,
        TokensPerCharacter = text.Characters == 0 ? null : (double?)Tokens / text.Characters,
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
