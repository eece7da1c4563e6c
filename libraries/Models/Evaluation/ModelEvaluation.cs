using System.Text.Json;
using Trainyard.Models.Compute;
using Trainyard.Models.Families;
using Trainyard.Models.Runs;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Evaluation;

/// <summary>
/// Evaluates a saved model outside of training: its family computes scores, and generates samples where it can.
/// <see cref="EvaluationReport.Publish"/> writes them to the run's folder.
/// </summary>
/// <param name="inputs">The inputs.</param>
/// <param name="time">The clock.</param>
public sealed class ModelEvaluation(ModelEvaluationInputs inputs, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly RunFolder folder = inputs.Folder;

    /// <summary>Runs the evaluation.</summary>
    /// <exception cref="TrainingException">The evaluation failed.</exception>
    public EvaluationReport Run(CancellationToken cancellation)
    {
        try
        {
            return Evaluate(cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw TrainingException.From(exception);
        }
        finally
        {
            TorchRuntime.ReleaseFreedMemory();
        }
    }

    private EvaluationReport Evaluate(CancellationToken cancellation)
    {
        TorchRuntime.Prepare(inputs.Threads);
        var shape = ModelFamilies.Read(File.ReadAllText(folder.Config));
        var outcome = TrainableFamily.Of(shape).Evaluate(shape, inputs, cancellation);
        var metrics = outcome.Metrics with { EvaluatedAt = time.GetUtcNow() };
        // If the run was deleted meanwhile, writing would recreate its folder.
        return Directory.Exists(folder.Path)
            ? new(metrics, JsonSerializer.Serialize(metrics, ModelJson.Indented), inputs.Attempt, outcome.Samples, outcome.Notices)
            : throw new TrainingException(FailureKind.UserInput, "The run has been deleted.");
    }
}
