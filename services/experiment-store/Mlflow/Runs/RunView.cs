using Trainyard.ExperimentStore.Mlflow.Inputs;
using Trainyard.ExperimentStore.Mlflow.Models;
using Trainyard.ExperimentStore.Mlflow.Protocol;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>A run in MLflow's form.</summary>
internal sealed record RunView(RunInfo Info, RunData Data, RunInputs Inputs, RunOutputs Outputs);

internal sealed record RunInfo(
    string RunId, string RunUuid, string RunName, string ExperimentId, string UserId, string Status, long StartTime, long? EndTime,
    string ArtifactUri, string LifecycleStage);

internal sealed record RunData(IReadOnlyList<MetricView> Metrics, IReadOnlyList<KeyValue> Params, IReadOnlyList<KeyValue> Tags);

/// <summary>One value of a metric.</summary>
/// <param name="Key">The metric's name.</param>
/// <param name="Value">The value.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Step">The step.</param>
/// <param name="RunId">The run, in answers about several.</param>
internal sealed record MetricView(string Key, double Value, long Timestamp, long Step, string? RunId = null);

internal sealed record RunInputs(IReadOnlyList<DatasetInput> DatasetInputs, IReadOnlyList<ModelInput> ModelInputs);

internal sealed record RunOutputs(IReadOnlyList<ModelOutput> ModelOutputs);
