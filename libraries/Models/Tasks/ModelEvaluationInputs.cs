using Trainyard.Models.Runs;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Tasks;

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

    /// <summary>Texts to generate for each prompt.</summary>
    public int Samples { get; init; }

    /// <summary>What they continue; an empty prompt begins a new document.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [""];

    /// <summary>Tokens of each.</summary>
    public int SampleTokens { get; init; }

    /// <summary>The run's seed: it chose what was held out, and is the first of the samples' seeds.</summary>
    public long Seed { get; init; }
}
