using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Training;

/// <summary>What to train, on what, and how: the body of <c>POST /api/runs/train</c>. Defaults train well on a laptop.</summary>
public sealed record TrainingConfig
{
    /// <summary>
    /// The architecture: a language model (<c>gpt2</c>, <c>llama</c> or <c>qwen</c>), the digit classifier <c>digits</c>, or a family of a
    /// plugin.
    /// </summary>
    [Presets(typeof(ModelFamilyTraits), nameof(ModelFamilyTraits.ByName))]
    public string ModelFamily { get; init; } = "gpt2";

    /// <summary>
    /// A named shape: <c>nano</c>, <c>tiny</c> or <c>small</c> of any family, or <c>gpt2-124m</c>. Explicit members below replace its
    /// parts.
    /// </summary>
    [Presets(typeof(ModelShape), nameof(ModelShape.Presets))]
    public string ModelSize { get; init; } = ModelShape.DefaultSize;

    /// <summary>Transformer blocks; convolutions of <c>digits</c>, at most 4.</summary>
    [Range(1, 96)]
    public int? Layers { get; init; }

    /// <summary>Attention heads.</summary>
    [Range(1, 128)]
    public int? Heads { get; init; }

    /// <summary>Key and value heads, a divisor of <see cref="Heads"/>; as many when unset. GPT-2 always has as many.</summary>
    [Range(1, 128)]
    public int? KvHeads { get; init; }

    /// <summary>
    /// Width, a multiple of the heads; an even one where positions are rotations (Llama, Qwen). Of <c>digits</c>, that of the hidden layer.
    /// </summary>
    [Range(8, 8192)]
    public int? Dim { get; init; }

    /// <summary>Context length in tokens. With <see cref="PretrainedPath"/>, the length of the training windows.</summary>
    [Range(8, 8192)]
    public int? MaxSeqLen { get; init; }

    /// <summary>
    /// A completed tokenizer; none for <c>digits</c>. With <see cref="PretrainedPath"/>, the folder's own <c>tokenizer.json</c> when left
    /// out.
    /// </summary>
    public string TokenizerId { get; init; } = "";

    /// <summary>
    /// A text file or a folder of them, below <c>APP__CORPUS_ROOT</c>; for <c>digits</c>, a folder with MNIST's IDX files.
    /// </summary>
    [StringLength(4096)]
    public string CorpusPath { get; init; } = "";

    /// <summary>Reads bytes of the text that are not UTF-8 as U+FFFD; a file that has any is left out otherwise.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>Sequences or images per forward pass.</summary>
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 16;

    /// <summary>Forward passes per optimizer step.</summary>
    [Range(1, 1024)]
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>Peak learning rate.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// <c>cosine</c> (down to a tenth), <c>linear</c> (down to a tenth), <c>constant</c> or <c>wsd</c> (constant, then down to a tenth),
    /// each after the warmup.
    /// </summary>
    [AllowedValues("cosine", "linear", "constant", "wsd")]
    public string LrSchedule { get; init; } = "cosine";

    /// <summary>With <c>wsd</c>, the share of all steps at the end over which the learning rate decays.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LrDecayFraction { get; init; } = 0.2;

    /// <summary>Steps over which the learning rate rises from 0; a twentieth of all steps, at most 200, when unset.</summary>
    [Range(0, 10_000_000)]
    public int? WarmupSteps { get; init; }

    /// <summary>Decoupled weight decay of matrices.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest norm of the gradient, 0 for no clipping.</summary>
    [Range(0.0, 1e6)]
    public double GradClip { get; init; } = 1.0;

    /// <summary><c>adamw</c>, or <c>muon</c>: Muon for the matrices of linear layers and AdamW for the rest.</summary>
    [AllowedValues("adamw", "muon")]
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Passes over the training data; 1 when neither this nor <see cref="MaxSteps"/> is set.</summary>
    [Range(1, 10_000)]
    public int? NumEpochs { get; init; }

    /// <summary>Optimizer steps after which to stop, whatever the epochs.</summary>
    [Range(1, 1_000_000_000)]
    public long? MaxSteps { get; init; }

    /// <summary>Dropout.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <summary>The share of a target's probability that is spread over all tokens, or digits.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>Weight of the z-loss, which keeps logits small: of the squared logarithm of the softmax's denominator.</summary>
    [Range(0.0, 1.0)]
    public double ZLoss { get; init; }

    /// <summary>Decay of the moving average of weights that is evaluated and published in their place; no average when unset.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? EmaDecay { get; init; }

    /// <summary>Tokens of the first sequences, which grow to <see cref="MaxSeqLen"/> over <see cref="CurriculumSteps"/>.</summary>
    [Range(1, 8192)]
    public int? CurriculumStartLen { get; init; }

    /// <summary>Steps over which sequences grow from <see cref="CurriculumStartLen"/>.</summary>
    [Range(1, 1_000_000_000)]
    public long? CurriculumSteps { get; init; }

    /// <summary>Whether the weights of linear layers are divided by their largest singular value (Miyato et al., 2018).</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>
    /// The layers that <see cref="SpectralNorm"/> applies to: patterns of names, separated by commas, where <c>*</c> stands for anything.
    /// All linear layers by default.
    /// </summary>
    [StringLength(1000, MinimumLength = 1)]
    public string SpectralNormLayers { get; init; } = "*";

    /// <summary>Power iterations of <see cref="SpectralNorm"/> per step.</summary>
    [Range(1, 100)]
    public int SpectralNormIterations { get; init; } = 1;

    /// <summary>Seed of every random choice.</summary>
    public long Seed { get; init; } = 1337;

    /// <summary>
    /// In what matrix products are computed: <c>fp32</c>, <c>bf16</c> (bfloat16), or <c>auto</c>: bfloat16 where the CPU has it. Weights,
    /// sums and losses are float32. A machine that can't compute in bfloat16 uses float32, and the run's log says so.
    /// </summary>
    [AllowedValues("fp32", "bf16", "auto")]
    public string Precision { get; init; } = "fp32";

    /// <summary>Threads of the matrix library; all cores when unset. The same count gives the same weights.</summary>
    [Range(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>
    /// Share of the text's bytes kept for validation: whole files, chosen by <c>seed</c>, or the last lines of
    /// files that are larger than that share. Of <c>digits</c>, the share of the images, unless the folder has test images.
    /// </summary>
    [Range(0.0, 0.5, MinimumIsExclusive = true)]
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>Steps between evaluations; at the end of every epoch when unset.</summary>
    [Range(1, 1_000_000_000)]
    public int? EvalEvery { get; init; }

    /// <summary>
    /// Held-out tokens of an evaluation during training; a tenth of the tokens trained on between two evaluations, from 2,048 to 65,536,
    /// when unset.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public long? EvalTokens { get; init; }

    /// <summary>Prompts that each evaluation continues; a single empty one, which begins a new document, when unset.</summary>
    [MaxLength(PromptLimits.MaxPrompts)]
    public IReadOnlyList<string>? EvalPrompts { get; init; }

    /// <summary>A text file with a prompt a line, below <c>APP__CORPUS_ROOT</c>, instead of <see cref="EvalPrompts"/>.</summary>
    [StringLength(4096)]
    public string? EvalPromptsPath { get; init; }

    /// <summary>Steps between checkpoints; whenever it evaluates when unset.</summary>
    [Range(1, 1_000_000_000)]
    public int? CheckpointEvery { get; init; }

    /// <summary>How many of the newest checkpoints to keep; the best one is kept besides.</summary>
    [Range(1, 1000)]
    public int KeepCheckpoints { get; init; } = 3;

    /// <summary>Evaluations without improvement after which to stop; never when unset.</summary>
    [Range(1, 1_000_000)]
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>How much the validation loss must fall to count as an improvement for <see cref="EarlyStoppingPatience"/>.</summary>
    [Range(0.0, 100.0)]
    public double EarlyStoppingMinDelta { get; init; }

    /// <summary>Standard deviations above its recent mean from which a training loss is logged as a spike; none is when unset.</summary>
    [Range(1.0, 1000.0)]
    public double? LossSpikeThreshold { get; init; }

    /// <summary>
    /// Whether a loss spike, or a loss that is not finite, takes the weights and the optimizer back to the last checkpoint. The data goes
    /// on, so that what made the spike is left out. Needs <see cref="LossSpikeThreshold"/>.
    /// </summary>
    public bool LossSpikeRollback { get; init; }

    /// <summary>Steps between statistics of weights, gradients and activations (series <c>stats/…</c>); none when unset.</summary>
    [Range(1, 1_000_000)]
    public int? StatsEvery { get; init; }

    /// <summary>Steps between logged training metrics.</summary>
    [Range(1, 100_000)]
    public int LogEvery { get; init; } = 10;

    /// <summary>A run or a checkpoint whose weights to begin with.</summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// A folder in Hugging Face's format, below <c>APP__CORPUS_ROOT</c>, whose model to begin with: <c>config.json</c> and safetensors. Its
    /// shape replaces <see cref="ModelSize"/>; <see cref="ModelFamily"/> must be its family.
    /// </summary>
    [StringLength(4096)]
    public string? PretrainedPath { get; init; }

    /// <summary>The experiment the run belongs to.</summary>
    [JsonConverter(typeof(IdentifierConverter))]
    public string? ExperimentId { get; init; }

    /// <summary>What a person calls the run.</summary>
    [StringLength(256)]
    public string? Name { get; init; }

    /// <summary>Free text.</summary>
    [StringLength(65_536)]
    public string? Notes { get; init; }

    /// <summary>Tags; a list of names also does.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Who asked for it, as text or a whole number; passed on to events as it is.</summary>
    [StringLength(TrainEvents.UserId.MaxLength)]
    public UserId? UserId { get; init; }
}
