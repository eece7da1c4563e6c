using Trainyard.Models.Runs;

namespace Trainyard.TrainerWorker.Training;

/// <summary>
/// The files of the attempt that trains. They are made on the training thread and published by whoever hears that the store has the events which
/// name them.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private volatile TrainingRun? run;

    /// <summary>Whether all of it is published.</summary>
    public bool IsClosed { get; private set; }

    public void Open(TrainingRun training) => run = training;

    public void Publish(string path) => run?.Publish(path);

    /// <summary>Publishes how the attempt ended. A run that failed before it had files has nothing to publish.</summary>
    public void Close(long droppedEvents)
    {
        run?.Close(droppedEvents);
        IsClosed = true;
    }

    public void Dispose() => run?.Dispose();
}
