using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.Training;

/// <summary>What to train, on what, and how: the body of <c>POST /api/runs/train</c>. Defaults train well on a laptop.</summary>
public sealed record TrainingConfig
{
    /// <summary>The architecture: <c>gpt2</c>.</summary>
    public string ModelFamily { get; init; } = "gpt2";

    /// <summary>A named shape: <c>nano</c>, <c>tiny</c> or <c>small</c>. Explicit members below replace its parts.</summary>
    public string ModelSize { get; init; } = "tiny";

    /// <summary>Transformer blocks, 1 to 96.</summary>
    public int? Layers { get; init; }

    /// <summary>Attention heads, 1 to 128.</summary>
    public int? Heads { get; init; }

    /// <summary>Key and value heads; GPT-2 has as many as <see cref="Heads"/>.</summary>
    public int? KvHeads { get; init; }

    /// <summary>Width, 8 to 8,192, a multiple of the heads.</summary>
    public int? Dim { get; init; }

    /// <summary>Context length in tokens, 8 to 8,192.</summary>
    public int? MaxSeqLen { get; init; }

    /// <summary>A completed tokenizer.</summary>
    public string TokenizerId { get; init; } = "";

    /// <summary>A text file or a folder of them, below <c>APP__CORPUS_ROOT</c>.</summary>
    public string CorpusPath { get; init; } = "";

    /// <summary>Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>Sequences per forward pass, 1 to 4,096.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Forward passes per optimizer step, 1 to 1,024.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Peak learning rate, above 0 up to 1.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary><c>cosine</c> (down to a tenth), <c>linear</c> (down to a tenth) or <c>constant</c>, each after the warmup.</summary>
    public string LrSchedule { get; init; } = "cosine";

    /// <summary>Steps over which the learning rate rises from 0; a twentieth of all steps, at most 200, when unset.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Decoupled weight decay of matrices, 0 to 1.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest norm of the gradient, 0 for no clipping.</summary>
    public double GradClip { get; init; } = 1.0;

    /// <summary><c>adamw</c>.</summary>
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Passes over the training tokens, 1 to 10,000; 1 when neither this nor <see cref="MaxSteps"/> is set.</summary>
    public int? NumEpochs { get; init; }

    /// <summary>Optimizer steps after which to stop, whatever the epochs.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Dropout, 0 up to but not including 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether weights are spectrally normalised.</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>Seed of every random choice.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>Threads of the matrix library, 1 to 1,024; all cores when unset. The same count gives the same weights.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Share of the text's bytes kept for validation, above 0 and at most 0.5: whole files, chosen by <c>seed</c>, or the last lines of
    /// files that are larger than that share.
    /// </summary>
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>Steps between evaluations; at the end of every epoch when unset.</summary>
    public int? EvalEvery { get; init; }

    /// <summary>Steps between checkpoints; whenever it evaluates when unset.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>How many of the newest checkpoints to keep, 1 to 1,000; the best one is kept besides.</summary>
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Evaluations without improvement after which to stop; never when unset.</summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>Steps between logged training metrics, 1 to 100,000.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>A run or a checkpoint whose weights to begin with.</summary>
    public string? StartFrom { get; init; }

    /// <summary>The experiment the run belongs to.</summary>
    [JsonConverter(typeof(IdentifierConverter))]
    public string? ExperimentId { get; init; }

    /// <summary>What a person calls the run.</summary>
    public string? Name { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }

    /// <summary>Tags; a list of names also does.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Who asked for it, as text or a whole number; passed through to events.</summary>
    [JsonConverter(typeof(IdentifierConverter))]
    public string? UserId { get; init; }
}
