using Microsoft.Extensions.Options;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>
/// The processes that compute for this worker. libtorch is loaded only there: a crash in native code ends one run or one request, and the
/// memory goes back to the system. Text is generated in a process of its own, so that it can't end a training.
/// </summary>
internal sealed class ComputeProcesses(
    IComputeStarter starter, IOptions<WorkerOptions> options, TimeProvider time, ILogger<ComputeProcesses> logger) : IAsyncDisposable
{
    /// <summary>Trains and evaluates.</summary>
    public ComputeProcess ForTraining { get; } = new("trains and evaluates", starter, options.Value, time, logger);

    /// <summary>Generates text.</summary>
    public ComputeProcess ForGeneration { get; } = new("generates text", starter, options.Value, time, logger);

    public async ValueTask DisposeAsync()
    {
        await ForTraining.DisposeAsync();
        await ForGeneration.DisposeAsync();
    }
}
