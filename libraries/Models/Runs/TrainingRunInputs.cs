using System.Text.Json;
using Trainyard.Models.Training;
using Trainyard.Tokenizers;

namespace Trainyard.Models.Runs;

/// <summary>The inputs of a training run.</summary>
public sealed record TrainingRunInputs
{
    /// <summary>The run's id, for its files.</summary>
    public required string RunId { get; init; }

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where its files go.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>The tokenizer, in Hugging Face's format; null for a family that reads no text.</summary>
    public string? TokenizerFile { get; init; }

    /// <summary>The data: a text file, or a folder.</summary>
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
    /// Whether files are published only by <c>TrainingRun.Publish</c>, once the store has accepted the attempt's events. Otherwise
    /// they are published at once.
    /// </summary>
    public bool PublishLater { get; init; }

    /// <summary>
    /// Returns the reported events not confirmed as stored. They are saved with each unpublished checkpoint. An attempt that resumes from
    /// such a checkpoint gets them as <see cref="UndeliveredFound"/>.
    /// </summary>
    public Func<ReadOnlyMemory<byte>>? Undelivered { get; init; }

    /// <summary>Initial weights of the plan's shape: a safetensors file, or a folder in Hugging Face's format.</summary>
    public string? StartFromWeights { get; init; }

    /// <summary>
    /// A folder in Hugging Face's format whose model a new run begins with. Its shape replaces the plan's. A resumed run reads it again.
    /// </summary>
    public string? PretrainedFolder { get; init; }

    /// <summary>The manifest of the run that this one repeats: text and tokenizer must have the same hashes.</summary>
    public RunManifest? Reproduces { get; init; }

    /// <summary>Prompts that each evaluation continues; an empty one begins a new document.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [""];

    /// <summary>The plugin that brought the model family, for the manifest; null for a family of this library.</summary>
    public RunPlugin? Plugin { get; init; }

    /// <summary>The original config, for the manifest.</summary>
    public JsonElement? Config { get; init; }
}

/// <summary>The result of a run that did not fail.</summary>
/// <param name="Stopped">Why it stopped early; null if it is complete.</param>
/// <param name="State">The state of the training loop.</param>
/// <param name="Epochs">Completed epochs.</param>
/// <param name="Duration">Duration of this attempt.</param>
/// <param name="Message">The result in a sentence.</param>
public sealed record TrainingResult(StopReason? Stopped, TrainingState State, int Epochs, TimeSpan Duration, string Message);
