using Trainyard.Models.Runs;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>The files of the current attempt. They are published once the store has the events that name them.</summary>
internal sealed class RunFiles(ComputeUse computer)
{
    /// <summary>Whether all files are published.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Publishes a file.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public async Task PublishAsync(string path)
    {
        if (await computer.CallAsync(process => process.PublishAsync(path)) is { } fault)
        {
            throw fault.ToException();
        }
    }

    /// <summary>Publishes the attempt's final files, if it got far enough to have any.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    public async Task CloseAsync(long droppedEvents)
    {
        if (await computer.CallAsync(process => process.CloseAsync(droppedEvents)) is { } fault)
        {
            throw fault.ToException();
        }
        IsClosed = true;
    }
}
