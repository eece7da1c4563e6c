using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.TensorBoard;

namespace Trainyard.TrainerWorker.TensorBoard;

/// <summary>The hyperparameters shown in TensorBoard.</summary>
internal static class BoardHyperparameters
{
    public static Dictionary<string, HyperparameterValue> Of(TrainingConfig config, TrainingStarted started)
    {
        var values = new Dictionary<string, HyperparameterValue>(StringComparer.Ordinal)
        {
            ["model_family"] = HyperparameterValue.Of(config.ModelFamily),
            ["model_size"] = HyperparameterValue.Of(config.ModelSize),
            ["batch_size"] = HyperparameterValue.Of(config.BatchSize),
            ["learning_rate"] = HyperparameterValue.Of(config.LearningRate),
            ["num_epochs"] = HyperparameterValue.Of(started.TotalEpochs),
        };
        if (ModelFamilyTraits.ByName.GetValueOrDefault(config.ModelFamily) is not { IsLanguageModel: false })
        {
            values["max_seq_len"] = HyperparameterValue.Of(ModelShape.Of(config).MaxSeqLen);
        }
        return values;
    }
}
