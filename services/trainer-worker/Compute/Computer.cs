using System.Runtime.CompilerServices;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.Models.Generation;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Plugins;
using Trainyard.TrainerWorker.Evaluation;
using Trainyard.TrainerWorker.Generation;
using Trainyard.TrainerWorker.Plugins;
using Trainyard.TrainerWorker.Training;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>Computes in the process that calls it.</summary>
internal sealed class Computer(AttemptTraining training, ModelEvaluations evaluations, LoadedModels models) : IComputer, IDisposable
{
    private readonly ComputeThread thread = new();
    private int computing;

    public static Computer Create(AppPaths paths, WorkerOptions options) => new(
        new AttemptTraining(paths, PluginFamilies.Add(PluginFolder.Read(paths)), TimeProvider.System),
        new ModelEvaluations(paths, TimeProvider.System),
        new LoadedModels(paths, options.LoadedModels));

    /// <summary>Whether something is being computed.</summary>
    public bool IsComputing => Volatile.Read(ref computing) > 0;

    public Task<TrainingOutcome> TrainAsync(RunClaimed claim, ITrainingObserver observer, CancellationToken abandoned)
    {
        var attempt = training.Begin(abandoned);
        return ObservedAsync(observer, events => attempt.Train(claim, events));
    }

    public Task<TrainingOutcome> RecordFailureAsync(RunClaimed claim, ComputeFailure failure, ITrainingObserver observer)
    {
        var attempt = training.Begin(CancellationToken.None);
        return ObservedAsync(observer, events => attempt.Fail(claim, failure, events));
    }

    public Task StopAsync(StopReason reason)
    {
        training.Current?.Stop(reason);
        return Task.CompletedTask;
    }

    public Task SaveCheckpointAsync()
    {
        training.Current?.SaveCheckpoint();
        return Task.CompletedTask;
    }

    public Task<PublishingFault?> PublishAsync(string path) => Task.FromResult(training.Current?.Publish(path));

    public Task<PublishingFault?> CloseAsync(long droppedEvents) => Task.FromResult(training.Current?.Close(droppedEvents));

    public Task<EvaluationResult> EvaluateAsync(EvaluationClaimed claim, CancellationToken cancellation) =>
        ComputeAsync(() => thread.RunAsync(() => evaluations.Evaluate(claim, cancellation)));

    public async IAsyncEnumerable<GeneratedText> GenerateAsync(
        string runId, string prompt, SamplingOptions sampling, int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref computing);
        try
        {
            await foreach (var piece in models.GenerateAsync(runId, prompt, sampling, count, cancellation))
            {
                yield return piece;
            }
        }
        finally
        {
            Interlocked.Decrement(ref computing);
        }
    }

    public void Dispose()
    {
        thread.Dispose();
        training.Dispose();
        models.Dispose();
    }

    private Task<TrainingOutcome> ObservedAsync(ITrainingObserver observer, Func<ReportedEvents, TrainingOutcome> train) =>
        ComputeAsync(async () =>
    {
        using (observer)
        {
            await using var events = new ReportedEvents(observer);
            var outcome = await thread.RunAsync(() => train(events));
            await events.FlushAsync();
            return outcome;
        }
    });

    private async Task<T> ComputeAsync<T>(Func<Task<T>> compute)
    {
        Interlocked.Increment(ref computing);
        try
        {
            return await compute();
        }
        finally
        {
            Interlocked.Decrement(ref computing);
        }
    }
}
