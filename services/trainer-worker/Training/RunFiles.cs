using Trainyard.Models.Runs;

namespace Trainyard.TrainerWorker.Training;

/// <summary>
/// The files of the current attempt. Written on the training thread, and published on another once the store has the events that name
/// them.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private volatile TrainingRun? run;

    /// <summary>Whether all files are published.</summary>
    public bool IsClosed { get; private set; }

    public void Open(TrainingRun training) => run = training;

    public void Publish(string path) => run?.Publish(path);

    /// <summary>Publishes the attempt's final files, if it got far enough to have any.</summary>
    public void Close(long droppedEvents)
    {
        run?.Close(droppedEvents);
        IsClosed = true;
    }

    public void Dispose() => run?.Dispose();
}
