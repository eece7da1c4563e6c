using Trainyard.Models.Runs;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>The files of the current attempt. They are published once the store has the events that name them.</summary>
internal sealed class RunFiles
{
    private volatile ComputeUse? computer;

    /// <summary>Whether all files are published.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Names the process that writes the files.</summary>
    public void Begin(ComputeUse writer) => computer = writer;

    /// <summary>Publishes a file.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    /// <exception cref="ComputeEndedException">The process has ended.</exception>
    public Task PublishAsync(string path) => CallAsync(process => process.PublishAsync(path));

    /// <summary>Publishes the attempt's final files, if it got far enough to have any.</summary>
    /// <exception cref="AttemptOverException">A later attempt has taken the run over.</exception>
    /// <exception cref="ComputeEndedException">The process has ended.</exception>
    public async Task CloseAsync(long droppedEvents)
    {
        await CallAsync(process => process.CloseAsync(droppedEvents));
        IsClosed = true;
    }

    private async Task CallAsync(Func<IComputer, Task<PublishingFault?>> publish)
    {
        var writer = computer ?? throw new InvalidOperationException("No process writes files yet.");
        if (await writer.CallAsync(publish) is { } fault)
        {
            throw fault.ToException();
        }
    }
}
