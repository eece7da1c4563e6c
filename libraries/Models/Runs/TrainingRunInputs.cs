using System.Text.Json;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>What a run works with.</summary>
public sealed record TrainingRunInputs
{
    /// <summary>The run's id, for its files.</summary>
    public required string RunId { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where its files go.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>The tokenizer, in Hugging Face's format.</summary>
    public required string TokenizerFile { get; init; }

    /// <summary>A text file or a folder of them.</summary>
    public required string CorpusPath { get; init; }

    /// <summary>What of a folder belongs to the corpus.</summary>
    public TextCorpusOptions Corpus { get; init; } = new();

    /// <summary>Where tokenised corpora are kept.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Go on from the newest intact checkpoint, if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>When resuming: only from a checkpoint at or before this step.</summary>
    public long? FromStep { get; init; }

    /// <summary>
    /// Whether what the run writes is shown only when <see cref="TrainingRun.Publish"/> is called for it, because somebody else first decides whether this
    /// attempt still counts. Otherwise at once.
    /// </summary>
    public bool PublishLater { get; init; }

    /// <summary>
    /// What has been reported and is not known to have arrived. Each checkpoint that is published later keeps it until then, and an attempt
    /// that goes on from such a checkpoint gets it as <see cref="UndeliveredFound"/>.
    /// </summary>
    public Func<ReadOnlyMemory<byte>>? Undelivered { get; init; }

    /// <summary>A safetensors file whose weights a new run begins with.</summary>
    public string? StartFromWeights { get; init; }

    /// <summary>The config as somebody gave it, for the manifest.</summary>
    public JsonElement? Config { get; init; }
}

/// <summary>How a run ended, when it did not fail.</summary>
/// <param name="Stopped">Why it stopped early; null when it is complete.</param>
/// <param name="State">Where the loop was.</param>
/// <param name="Epochs">Epochs completed.</param>
/// <param name="Duration">Of this attempt.</param>
/// <param name="Message">The same as a sentence for people.</param>
public sealed record TrainingResult(StopReason? Stopped, TrainingState State, int Epochs, TimeSpan Duration, string Message);
