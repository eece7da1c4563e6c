using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Training;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Converts an API config to the library's training plan.</summary>
internal static class TrainingPlans
{
    /// <exception cref="TrainyardException">CONFIG_INVALID, with every problem.</exception>
    public static TrainingPlan From(TrainingConfig config)
    {
        if (config.Validate() is { Count: > 0 } problems)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }

        var shape = ModelShape.Of(config);
        return new()
        {
            // The vocabulary size comes from the tokenizer later.
            Shape = ModelFamilies.Named(config.ModelFamily)
                .Prepare(new(VocabularySize: 0, shape.Layers, shape.Heads, config.KvHeads, shape.Dim, shape.MaxSeqLen)),
            SequenceLength = config.PretrainedPath is null ? null : config.MaxSeqLen,
            BatchSize = config.BatchSize,
            GradientAccumulation = config.GradientAccumulation,
            LearningRate = config.LearningRate,
            LearningRateDecay = config.LrSchedule switch
            {
                "linear" => LearningRateDecay.Linear,
                "constant" => LearningRateDecay.Constant,
                "wsd" => LearningRateDecay.Wsd,
                _ => LearningRateDecay.Cosine,
            },
            DecayShare = config.LrDecayFraction,
            WarmupSteps = config.WarmupSteps,
            Optimizer = config.Optimizer == "muon" ? OptimizerKind.Muon : OptimizerKind.AdamW,
            WeightDecay = config.WeightDecay,
            GradClip = config.GradClip,
            Epochs = config.NumEpochs,
            MaxSteps = config.MaxSteps,
            Dropout = config.Dropout,
            LabelSmoothing = config.LabelSmoothing,
            ZLoss = config.ZLoss,
            EmaDecay = config.EmaDecay,
            Curriculum = config is { CurriculumStartLen: { } start, CurriculumSteps: { } growing }
                ? new() { StartLength = start, Steps = growing }
                : null,
            SpectralNorm = config.SpectralNorm
                ? new() { Layers = config.SpectralNormLayers, Iterations = config.SpectralNormIterations }
                : null,
            Seed = config.Seed,
            Precision = config.Precision switch
            {
                "bf16" => Precision.Bf16,
                "auto" => Precision.Auto,
                _ => Precision.Fp32,
            },
            Threads = config.Threads,
            HoldoutFraction = config.HoldoutFraction,
            EvalEvery = config.EvalEvery,
            EvaluationTokens = config.EvalTokens,
            CheckpointEvery = config.CheckpointEvery,
            KeepCheckpoints = config.KeepCheckpoints,
            EarlyStoppingPatience = config.EarlyStoppingPatience,
            EarlyStoppingMinDelta = config.EarlyStoppingMinDelta,
            LossSpikeThreshold = config.LossSpikeThreshold,
            LossSpikeRollback = config.LossSpikeRollback,
            StatsEvery = config.StatsEvery,
            LogEvery = config.LogEvery,
        };
    }
}
