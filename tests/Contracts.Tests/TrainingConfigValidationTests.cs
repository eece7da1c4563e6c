using Trainyard.Contracts.Training;

namespace Trainyard.Contracts.Tests;

public class TrainingConfigValidationTests
{
    private static readonly TrainingConfig Good = new() { TokenizerId = "tok-1", CorpusPath = "texts" };
    private static readonly TrainingConfig Digits = new() { ModelFamily = "digits", CorpusPath = "images" };

    public static TheoryData<string, TrainingConfig> Bad { get; } = new()
    {
        { "tokenizer_id", Good with { TokenizerId = "" } },
        { "tokenizer_id", Good with { TokenizerId = "../tok" } },
        { "corpus_path", Good with { CorpusPath = "" } },
        { "corpus_path", Good with { CorpusPath = new string('x', 4097) } },
        { "model_family", Good with { ModelFamily = "gpt5" } },
        { "model_family", Good with { ModelFamily = "GPT2" } },
        { "model_size", Good with { ModelSize = "enormous" } },
        { "optimizer", Good with { Optimizer = "sgd" } },
        { "lr_schedule", Good with { LrSchedule = "wavy" } },
        { "precision", Good with { Precision = "fp16" } },
        { "layers", Good with { Layers = 0 } },
        { "layers", Good with { Layers = 97 } },
        { "heads", Good with { Heads = 0 } },
        { "dim", Good with { Dim = 7 } },
        { "dim", Good with { Dim = 100, Heads = 3 } },
        { "kv_heads", Good with { Heads = 4, KvHeads = 2 } },
        { "kv_heads", Good with { ModelFamily = "llama", Heads = 4, KvHeads = 3 } },
        { "kv_heads", Good with { ModelFamily = "qwen", Heads = 4, KvHeads = 8 } },
        { "kv_heads", Good with { ModelFamily = "qwen", KvHeads = 0 } },
        { "dim", Good with { ModelFamily = "llama", Dim = 36, Heads = 4 } },
        { "model_size", Good with { ModelFamily = "llama", ModelSize = "gpt2-124m" } },
        { "lr_decay_fraction", Good with { LrDecayFraction = 0 } },
        { "label_smoothing", Good with { LabelSmoothing = 1 } },
        { "z_loss", Good with { ZLoss = -1 } },
        { "ema_decay", Good with { EmaDecay = 1 } },
        { "curriculum_steps", Good with { CurriculumStartLen = 16 } },
        { "curriculum_steps", Good with { CurriculumSteps = 16 } },
        { "curriculum_start_len", Good with { CurriculumSteps = 16, CurriculumStartLen = 129 } },
        { "early_stopping_min_delta", Good with { EarlyStoppingMinDelta = double.NaN } },
        { "loss_spike_threshold", Good with { LossSpikeThreshold = 0 } },
        { "loss_spike_rollback", Good with { LossSpikeRollback = true } },
        { "stats_every", Good with { StatsEvery = 0 } },
        { "spectral_norm_layers", Good with { SpectralNorm = true, SpectralNormLayers = "" } },
        { "spectral_norm_layers", Good with { SpectralNorm = true, SpectralNormLayers = new string('*', 1001) } },
        { "spectral_norm_layers", Good with { SpectralNorm = true, SpectralNormLayers = "*.gate_proj, transformer.wte" } },
        { "spectral_norm_layers", Good with { ModelFamily = "llama", SpectralNorm = true, SpectralNormLayers = "*.c_fc" } },
        { "spectral_norm_iterations", Good with { SpectralNormIterations = 0 } },
        { "tokenizer_id", Digits with { TokenizerId = "tok-1" } },
        { "heads", Digits with { Heads = 2 } },
        { "max_seq_len", Digits with { MaxSeqLen = 64 } },
        { "pretrained_path", Digits with { PretrainedPath = "model" } },
        { "layers", Digits with { Layers = 5 } },
        { "curriculum_start_len", Digits with { CurriculumStartLen = 16, CurriculumSteps = 16 } },
        { "curriculum_steps", Digits with { CurriculumStartLen = 16, CurriculumSteps = 16 } },
        { "spectral_norm_layers", Digits with { SpectralNorm = true, SpectralNormLayers = "conv.*" } },
        { "eval_tokens", Digits with { EvalTokens = 100 } },
        { "eval_prompts", Digits with { EvalPrompts = ["7"] } },
        { "eval_prompts_path", Digits with { EvalPromptsPath = "prompts.txt" } },
        { "model_size", Digits with { ModelSize = "gpt2-124m" } },
        { "corpus_path", Digits with { CorpusPath = "" } },
        { "layers", Good with { PretrainedPath = "given", Layers = 2 } },
        { "heads", Good with { PretrainedPath = "given", Heads = 2 } },
        { "kv_heads", Good with { PretrainedPath = "given", KvHeads = 2 } },
        { "dim", Good with { PretrainedPath = "given", Dim = 64 } },
        { "pretrained_path", Good with { PretrainedPath = "" } },
        { "pretrained_path", Good with { PretrainedPath = new string('x', 4097) } },
        { "start_from", Good with { PretrainedPath = "given", StartFrom = "run-1" } },
        { "tokenizer_id", Good with { PretrainedPath = "given", TokenizerId = "../tok" } },
        { "max_seq_len", Good with { MaxSeqLen = 4 } },
        { "batch_size", Good with { BatchSize = 0 } },
        { "gradient_accumulation", Good with { GradientAccumulation = 0 } },
        { "learning_rate", Good with { LearningRate = 0 } },
        { "learning_rate", Good with { LearningRate = double.NaN } },
        { "learning_rate", Good with { LearningRate = 1.5 } },
        { "weight_decay", Good with { WeightDecay = double.NaN } },
        { "grad_clip", Good with { GradClip = -1 } },
        { "grad_clip", Good with { GradClip = double.PositiveInfinity } },
        { "dropout", Good with { Dropout = 1 } },
        { "holdout_fraction", Good with { HoldoutFraction = 0 } },
        { "holdout_fraction", Good with { HoldoutFraction = 0.6 } },
        { "warmup_steps", Good with { WarmupSteps = -1 } },
        { "num_epochs", Good with { NumEpochs = 0 } },
        { "max_steps", Good with { MaxSteps = 0 } },
        { "threads", Good with { Threads = 0 } },
        { "eval_every", Good with { EvalEvery = 0 } },
        { "checkpoint_every", Good with { CheckpointEvery = -5 } },
        { "keep_checkpoints", Good with { KeepCheckpoints = 0 } },
        { "early_stopping_patience", Good with { EarlyStoppingPatience = 0 } },
        { "log_every", Good with { LogEvery = 0 } },
        { "experiment_id", Good with { ExperimentId = "a b" } },
        { "start_from", Good with { StartFrom = "/" } },
        { "name", Good with { Name = new string('x', 257) } },
        { "notes", Good with { Notes = new string('x', 65_537) } },
        { "user_id", Good with { UserId = new string('x', 257) } },
        { "tags", Good with { Tags = new Dictionary<string, string> { [""] = "" } } },
        { "tags", Good with { Tags = new Dictionary<string, string> { ["a"] = new string('x', 5001) } } },
        { "tags", Good with { Tags = Enumerable.Range(0, 101).ToDictionary(index => $"tag{index}", _ => "") } },
    };

    [Fact]
    public void The_defaults_with_a_tokenizer_and_a_corpus_can_work()
    {
        Assert.Empty(Good.Validate());
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_cannot_work_is_named(string field, TrainingConfig config)
    {
        Assert.Contains(config.Validate(), problem => problem.Field == field);
    }

    [Fact]
    public void Every_reason_is_given_at_once()
    {
        Assert.Equal(
            ["batch_size", "learning_rate", "tokenizer_id"],
            (Good with { TokenizerId = "a b", BatchSize = 0, LearningRate = -1 }).Validate()
                .Select(problem => problem.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gpt2", 4, 4)]
    [InlineData("llama", 4, 1)]
    [InlineData("llama", 6, 3)]
    [InlineData("qwen", 4, 2)]
    public void Heads_of_keys_are_shared_where_the_family_can(string family, int heads, int shared) =>
        Assert.Empty((Good with { ModelFamily = family, Heads = heads, KvHeads = shared, Dim = 48 }).Validate());

    [Fact]
    public void Options_that_need_no_text_are_open_to_every_family() => Assert.Empty((Digits with
    {
        SpectralNorm = true,
        LabelSmoothing = 0.1,
        ZLoss = 1e-4,
        EmaDecay = 0.99,
        Optimizer = "muon",
        LrSchedule = "wsd",
        EarlyStoppingMinDelta = 0.01,
        LossSpikeThreshold = 6,
        LossSpikeRollback = true,
        StatsEvery = 10,
    }).Validate());

    [Theory]
    [InlineData("gpt2", "*")]
    [InlineData("gpt2", "transformer.h.3.mlp.c_fc")]
    [InlineData("llama", "nothing, *.mlp.*")]
    [InlineData("digits", "hidden")]
    [InlineData("qwen", "model.layers.?.self_attn.q_proj")]
    public void Spectral_norm_may_apply_to_some_layers_of_any_family(string family, string layers) =>
        Assert.Empty(((family == "digits" ? Digits : Good) with
        {
            ModelFamily = family,
            SpectralNorm = true,
            SpectralNormLayers = layers,
        }).Validate());

    [Fact]
    public void A_given_model_brings_its_shape_and_may_bring_its_tokenizer() => Assert.Empty(
        (Good with { ModelFamily = "llama", ModelSize = "gpt2-124m", PretrainedPath = "given", TokenizerId = "" }).Validate());

    [Theory]
    [InlineData("nano", "gpt2", "llama", "qwen")]
    [InlineData("tiny", "gpt2", "llama", "qwen")]
    [InlineData("small", "gpt2", "llama", "qwen")]
    [InlineData("gpt2-124m", "gpt2")]
    public void Every_named_size_can_work_and_its_parts_can_be_replaced(string size, params string[] families)
    {
        Assert.All(families, family => Assert.Empty((Good with { ModelFamily = family, ModelSize = size }).Validate()));
        Assert.Equal(ModelShape.Presets[size] with { Layers = 5 }, ModelShape.Of(Good with { ModelSize = size, Layers = 5 }));
    }
}
