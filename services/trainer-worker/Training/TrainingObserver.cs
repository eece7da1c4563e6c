using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Reports a training's events in the log scopes and the trace of its creator.</summary>
internal sealed class TrainingObserver(RunReporter reporter) : ITrainingObserver
{
    private readonly ExecutionContext? creator = ExecutionContext.Capture();

    public Task ReportAsync(IReadOnlyList<TrainingEvent> events)
    {
        foreach (var happened in events)
        {
            if (creator is null)
            {
                reporter.Report(happened);
            }
            else
            {
                ExecutionContext.Run(creator, _ => reporter.Report(happened), null);
            }
        }
        return Task.CompletedTask;
    }

    public Task<ReadOnlyMemory<byte>> GetUndeliveredAsync() => Task.FromResult(reporter.Undelivered());

    public void Dispose()
    {
        // The reporter belongs to the run.
    }
}
