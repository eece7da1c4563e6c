using Trainyard.Models.Runs;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>The files of the current attempt. They are published once the store has the events that name them.</summary>
internal sealed class RunFiles(ILogger logger)
{
    private volatile ComputeUse? computer;

    /// <summary>Whether all files are published.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Names the process that writes the files.</summary>
    public void Begin(ComputeUse writer) => computer = writer;

    /// <summary>Publishes a file. Files of a lost folder can't be published any more; the next write fails the attempt.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    /// <exception cref="ComputeEndedException">The process has ended.</exception>
    public async Task PublishAsync(string path)
    {
        var fault = await CallAsync(process => process.PublishAsync(path));
        if (fault is { Cause: PublishingFaultCause.ArtifactsLost })
        {
            logger.LogWarning("{Path} can't be published: {Reason}", path, fault.Failure.Message);
        }
        else if (fault is not null)
        {
            throw fault.ToException();
        }
    }

    /// <summary>Publishes the attempt's final files, if it got far enough to have any.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    /// <exception cref="ComputeEndedException">The process has ended.</exception>
    /// <returns>Why they could not be published; null if they were.</returns>
    public async Task<ComputeFailure?> CloseAsync(long droppedEvents)
    {
        switch (await CallAsync(process => process.CloseAsync(droppedEvents)))
        {
            case null:
                IsClosed = true;
                return null;
            case { Cause: PublishingFaultCause.AttemptOver } over:
                throw over.ToException();
            case var fault:
                return fault.Failure;
        }
    }

    private Task<PublishingFault?> CallAsync(Func<IComputer, Task<PublishingFault?>> publish) =>
        (computer ?? throw new InvalidOperationException("No process writes files yet.")).CallAsync(publish);
}
