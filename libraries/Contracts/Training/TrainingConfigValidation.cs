using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Training;

/// <summary>Validates a config without accessing the disk.</summary>
public static class TrainingConfigValidation
{
    private static readonly string[] Families = ["gpt2"];
    private static readonly string[] Optimizers = ["adamw"];
    private static readonly string[] Schedules = ["cosine", "linear", "constant"];

    /// <summary>All problems of <paramref name="config"/>.</summary>
    public static IReadOnlyList<Problem> Validate(this TrainingConfig config)
    {
        var problems = new List<Problem>();

        OneOf("model_family", config.ModelFamily, Families);
        OneOf("model_size", config.ModelSize, ModelShape.Presets.Keys);
        OneOf("optimizer", config.Optimizer, Optimizers);
        OneOf("lr_schedule", config.LrSchedule, Schedules);

        Within("layers", config.Layers, 1, 96);
        Within("heads", config.Heads, 1, 128);
        Within("dim", config.Dim, 8, 8192);
        Within("max_seq_len", config.MaxSeqLen, 8, 8192);
        Within("batch_size", config.BatchSize, 1, 4096);
        Within("gradient_accumulation", config.GradientAccumulation, 1, 1024);
        Within("warmup_steps", config.WarmupSteps, 0, 10_000_000);
        Within("num_epochs", config.NumEpochs, 1, 10_000);
        Within("max_steps", config.MaxSteps, 1, 1_000_000_000);
        Within("threads", config.Threads, 1, 1024);
        Within("eval_every", config.EvalEvery, 1, 1_000_000_000);
        Within("checkpoint_every", config.CheckpointEvery, 1, 1_000_000_000);
        Within("keep_checkpoints", config.KeepCheckpoints, 1, 1000);
        Within("early_stopping_patience", config.EarlyStoppingPatience, 1, 1_000_000);
        Within("log_every", config.LogEvery, 1, 100_000);

        Require("learning_rate", config.LearningRate is > 0 and <= 1, "must be above 0 and at most 1");
        Require("weight_decay", config.WeightDecay is >= 0 and <= 1, "must be from 0 to 1");
        Require("grad_clip", config.GradClip is >= 0 and <= 1e6, "must be 0 (off) or a positive number");
        Require("dropout", config.Dropout is >= 0 and < 1, "must be at least 0 and below 1");
        Require("holdout_fraction", config.HoldoutFraction is > 0 and <= 0.5, "must be above 0 and at most 0.5");
        Require("spectral_norm", !config.SpectralNorm, "is not available for model_family 'gpt2'");

        var shape = ModelShape.Of(config);
        Require(
            "dim",
            shape.Heads < 1 || shape.Dim % shape.Heads == 0,
            $"must be a multiple of heads ({shape.Dim} is not a multiple of {shape.Heads})");
        Require(
            "kv_heads",
            config.KvHeads is null || config.KvHeads == shape.Heads,
            $"must equal heads ({shape.Heads}) for model_family 'gpt2'");

        Require("corpus_path", config.CorpusPath.Length > 0, "is required: a text file or a folder of them");
        Id("tokenizer_id", config.TokenizerId);
        Id("experiment_id", config.ExperimentId);
        Id("start_from", config.StartFrom);
        AtMost("name", config.Name, 256);
        AtMost("notes", config.Notes, 65_536);
        AtMost("user_id", config.UserId, 256);
        AtMost("corpus_path", config.CorpusPath, 4096);
        problems.AddRange(TagLimits.Validate(config.Tags));
        return problems;

        void Require(string field, bool holds, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }

        void Within(string field, long? value, long min, long max) =>
            Require(field, value is null || (value >= min && value <= max), $"must be from {min} to {max}, not {value}");

        void OneOf(string field, string value, IEnumerable<string> allowed) =>
            Require(field, allowed.Contains(value, StringComparer.Ordinal), $"must be one of {string.Join(", ", allowed)}");

        void Id(string field, string? value) =>
            Require(field, value is null || Identifier.IsValid(value), Identifier.Rule);

        void AtMost(string field, string? value, int characters) =>
            Require(field, value is null || value.Length <= characters, $"must have at most {characters} characters");
    }
}
