using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Requests to the training of a run. They may come before it has begun.</summary>
internal sealed class RunControl
{
    private readonly Lock gate = new();
    private ComputeUse? computer;
    private StopReason? stop;

    /// <summary>Stops with a checkpoint after the current step. The first reason wins.</summary>
    public void Stop(StopReason reason)
    {
        lock (gate)
        {
            if (stop is null)
            {
                stop = reason;
                SendStop();
            }
        }
    }

    /// <summary>Saves a checkpoint after the current step.</summary>
    public void CheckpointNow()
    {
        lock (gate)
        {
            computer?.Tell(process => process.SaveCheckpointAsync());
        }
    }

    /// <summary>Names the process that has been called to train.</summary>
    public void Begin(ComputeUse trainer)
    {
        lock (gate)
        {
            computer = trainer;
            SendStop();
        }
    }

    private void SendStop()
    {
        if (stop is { } reason)
        {
            computer?.Tell(process => process.StopAsync(reason));
        }
    }
}
