namespace Trainyard.Tokenizers;

/// <summary>A trained tokenizer and what training it took.</summary>
public sealed record BpeTrainingResult
{
    /// <summary>The tokenizer.</summary>
    public required BpeTokenizer Tokenizer { get; init; }

    /// <summary>Quality on the held-out lines, or on the training lines when none were held out.</summary>
    public required TokenizerStatistics Statistics { get; init; }

    /// <summary>False when no pair was left that occurs often enough, so the vocabulary is smaller than was asked for.</summary>
    public required bool ReachedVocabularySize { get; init; }

    /// <summary>Merges learned.</summary>
    public required int Merges { get; init; }

    /// <summary>Lines trained on.</summary>
    public required long TrainingLines { get; init; }

    /// <summary>UTF-8 bytes trained on, after normalization.</summary>
    public required long TrainingBytes { get; init; }

    /// <summary>Distinct words among them.</summary>
    public required int DistinctWords { get; init; }

    /// <summary>Time to read and count.</summary>
    public required TimeSpan CountingTime { get; init; }

    /// <summary>Time to learn the merges.</summary>
    public required TimeSpan MergingTime { get; init; }
}
