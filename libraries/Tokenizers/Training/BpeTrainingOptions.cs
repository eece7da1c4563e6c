namespace Trainyard.Tokenizers;

/// <summary>How to train a byte-level BPE tokenizer.</summary>
public sealed record BpeTrainingOptions
{
    /// <summary>The smallest vocabulary: the 256 bytes.</summary>
    public const int MinVocabularySize = ByteAlphabet.Size;

    /// <summary>The largest vocabulary that can be trained.</summary>
    public const int MaxVocabularySize = 1 << 20;

    /// <summary>Requested number of tokens: special tokens, the 256 bytes and the learned merges.</summary>
    public int VocabularySize { get; init; } = 32_000;

    /// <summary>A pair of tokens is merged only if it occurs at least this often.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>Tokens that are never split or merged. They get the first ids, and training skips them in the corpus.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [BpeTokenizer.EndOfText];

    /// <summary>What is split into words as one text.</summary>
    public TrainingSequence Sequence { get; init; }

    /// <summary>How text is split into words.</summary>
    public WordPattern Pattern { get; init; }

    /// <summary>Unicode normalization applied before counting, and later before encoding.</summary>
    public TextNormalization Normalization { get; init; }

    /// <summary>Whether text is lower-cased, likewise.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Threads that count words. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Counts the words that start in at most this many lines, spread evenly over the corpus; null counts all.</summary>
    public long? SampleMaxLines { get; init; }

    /// <summary>Share of the lines held out for the statistics; 0 computes them on the training lines.</summary>
    public double HoldoutFraction { get; init; }

    /// <summary>Chooses the sampled and the held-out lines.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Everything that is wrong with the options; empty when they can be used.</summary>
    public IReadOnlyList<BpeOptionProblem> Problems() => [.. FindProblems()];

    private IEnumerable<BpeOptionProblem> FindProblems()
    {
        var smallest = ByteAlphabet.Size + SpecialTokens.Count;
        if (VocabularySize < smallest || VocabularySize > MaxVocabularySize)
        {
            yield return new(
                nameof(VocabularySize),
                $"must be from {smallest} (256 bytes and {SpecialTokens.Count} special tokens) to {MaxVocabularySize}, "
                + $"not {VocabularySize}");
        }

        if (MinFrequency < 1)
        {
            yield return new(nameof(MinFrequency), $"must be at least 1, not {MinFrequency}");
        }
        if (!Enum.IsDefined(Normalization))
        {
            yield return new(nameof(Normalization), $"is unknown: {Normalization}");
        }
        if (!Enum.IsDefined(Pattern))
        {
            yield return new(nameof(Pattern), $"is unknown: {Pattern}");
        }
        if (!Enum.IsDefined(Sequence))
        {
            yield return new(nameof(Sequence), $"is unknown: {Sequence}");
        }
        if (Threads is < 1 or > 1024)
        {
            yield return new(nameof(Threads), $"must be from 1 to 1024, not {Threads}");
        }
        if (SampleMaxLines is < 1)
        {
            yield return new(nameof(SampleMaxLines), $"must be at least 1, not {SampleMaxLines}");
        }
        if (!(HoldoutFraction is >= 0 and <= 0.5))
        {
            yield return new(nameof(HoldoutFraction), FormattableString.Invariant($"must be from 0 to 0.5, not {HoldoutFraction}"));
        }
        foreach (var problem in SpecialTokenSet.Problems(SpecialTokens))
        {
            yield return new(nameof(SpecialTokens), problem);
        }
    }
}

/// <summary>What is wrong with one option.</summary>
/// <param name="Option">The option's name, a property of <see cref="BpeTrainingOptions"/>.</param>
/// <param name="Message">What is wrong, to be read after the name: "must be at least 1, not 0".</param>
public sealed record BpeOptionProblem(string Option, string Message);

/// <summary>Training options that can't be used; the message and <see cref="Problems"/> name every reason.</summary>
public sealed class BpeTrainingOptionsException(IReadOnlyList<BpeOptionProblem> problems)
    : ArgumentException(string.Join("; ", problems.Select(problem => $"{problem.Option} {problem.Message}")))
{
    /// <summary>What is wrong.</summary>
    public IReadOnlyList<BpeOptionProblem> Problems { get; } = problems;
}
