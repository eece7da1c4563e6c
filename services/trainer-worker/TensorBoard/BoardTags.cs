using Trainyard.Contracts.Training;

namespace Trainyard.TrainerWorker.TensorBoard;

/// <summary>The tags of a run's values. Users find them in TensorBoard and in their scripts, so they don't change.</summary>
internal static class BoardTags
{
    public const string Training = "train";
    public const string Epoch = "epoch";
    public const string Validation = "val";

    public const string Loss = "loss";
    public const string Perplexity = "perplexity";
    public const string Accuracy = "accuracy";

    public const string LearningRate = "train/learning_rate";
    public const string TokensPerSecond = "train/tokens_per_second";
    public const string Sample = "val/sample";

    /// <summary>Scalars whose last value the HPARAMS tab shows as the run's result.</summary>
    public static string[] FinalMetrics(ModelFamilyTraits family) =>
    [
        .. from @group in (string[])[Validation, Training, Epoch]
           from name in family.IsLanguageModel ? (string[])[Loss, Perplexity] : [Loss, Accuracy]
           where @group != Epoch || name != Accuracy
           select $"{@group}/{name}",
    ];
}
