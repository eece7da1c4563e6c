using Trainyard.Models.Compute;
using Trainyard.Models.Runs;
using Trainyard.Models.Tasks;
using Trainyard.Models.Training;

namespace Trainyard.Models.Pipeline;

/// <summary>Has the family of a run read its data and create its model, and describes both in the manifest.</summary>
internal sealed class RunPreparation(TrainingRunInputs inputs, RunRecord record)
{
    /// <exception cref="OperationCanceledException">Cancelled while reading the data.</exception>
    public TrainingTask Prepare(TrainingPlan requested, CancellationToken cancellation)
    {
        var plan = WithPrecision(requested);
        var task = TrainableFamily.Of(plan.Shape).Open(new(plan, inputs, record.Log, record.Keep), cancellation);
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

    private TrainingPlan WithPrecision(TrainingPlan requested)
    {
        var plan = requested with { Precision = Bfloat16.Resolve(requested.Precision) };
        if (plan.Precision is Precision.Bf16)
        {
            record.Log("info", "Matrix products are computed in bfloat16.");
        }
        else if (requested.Precision is Precision.Bf16)
        {
            record.Log("warning",
                "This version of libtorch has no bfloat16 products that Trainyard can reach, so they are computed in float32.");
        }
        return plan;
    }
}
