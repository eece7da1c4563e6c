using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Requests to the training of a run. They may come before it has begun.</summary>
internal sealed class RunControl(ComputeUse computer)
{
    private readonly Lock gate = new();
    private StopReason? stop;
    private bool hasBegun;

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
    public void CheckpointNow() => computer.Tell(process => process.SaveCheckpointAsync());

    /// <summary>The training has been called, so that requests reach it.</summary>
    public void Begin()
    {
        lock (gate)
        {
            hasBegun = true;
            SendStop();
        }
    }

    private void SendStop()
    {
        if (hasBegun && stop is { } reason)
        {
            computer.Tell(process => process.StopAsync(reason));
        }
    }
}
