using StreamJsonRpc;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Training;
using Trainyard.Models.Generation;
using Trainyard.Models.Runs;
using Trainyard.Models.Training;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>
/// What a compute process does for its worker. It trains or evaluates one model at a time; the rest may be called meanwhile.
/// </summary>
[JsonRpcContract]
internal partial interface IComputer
{
    /// <summary>Trains a run's attempt. Its files stay open until <see cref="CloseAsync"/>.</summary>
    /// <param name="claim">The attempt.</param>
    /// <param name="observer">Receives what happens, in order.</param>
    /// <param name="abandoned">Cancelled when another worker has the run.</param>
    Task<TrainingOutcome> TrainAsync(RunClaimed claim, ITrainingObserver observer, CancellationToken abandoned);

    /// <summary>Records in the files of an attempt that the process that trained it has ended.</summary>
    Task<TrainingOutcome> RecordFailureAsync(RunClaimed claim, ComputeFailure failure, ITrainingObserver observer);

    /// <summary>Stops the training with a checkpoint.</summary>
    Task StopAsync(StopReason reason);

    /// <summary>Saves a checkpoint after the current step.</summary>
    Task SaveCheckpointAsync();

    /// <summary>Publishes a file of the attempt.</summary>
    /// <returns>Why it could not be published; null if it was.</returns>
    Task<PublishingFault?> PublishAsync(string path);

    /// <summary>Publishes the attempt's final files and closes them.</summary>
    /// <returns>Why they could not be published; null if they were.</returns>
    Task<PublishingFault?> CloseAsync(long droppedEvents);

    /// <summary>Evaluates a model.</summary>
    Task<EvaluationResult> EvaluateAsync(EvaluationClaimed claim, CancellationToken cancellation);

    /// <summary>Generates one or several texts, one request at a time.</summary>
    IAsyncEnumerable<GeneratedText> GenerateAsync(
        string runId, string prompt, SamplingOptions sampling, int count, CancellationToken cancellation);
}

/// <summary>Observes a training from the worker.</summary>
[RpcMarshalable]
internal partial interface ITrainingObserver : IDisposable
{
    /// <summary>Receives events, in order.</summary>
    Task ReportAsync(IReadOnlyList<TrainingEvent> events);

    /// <summary>Returns the reported events that the store has not confirmed; see <see cref="TrainingRunInputs.Undelivered"/>.</summary>
    Task<ReadOnlyMemory<byte>> GetUndeliveredAsync();
}
