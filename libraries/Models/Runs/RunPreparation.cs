using Trainyard.Models.Families;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Runs;

/// <summary>Has the family of a run read its data and create its model, and describes both in the manifest.</summary>
internal sealed class RunPreparation(TrainingRunInputs inputs, RunRecord record)
{
    /// <exception cref="OperationCanceledException">Cancelled while reading the data.</exception>
    public TrainingTask Prepare(TrainingPlan requested, CancellationToken cancellation)
    {
        var task = ModelFamilies.Named(requested.Shape.Family).Open(new(requested, inputs, record.Log, record.Keep), cancellation);
        try
        {
            record.Spend("prepare_seconds", record.Elapsed);
            record.Describe(manifest => manifest with
            {
                Plan = task.Plan,
                Parameters = task.Plan.Shape.ParameterCount,
                Data = task.Data,
            });
            return task;
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }
}
