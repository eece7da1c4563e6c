namespace Trainyard.Models.Training;

/// <summary>Why a run ends before its last step.</summary>
public enum StopReason
{
    /// <summary>Cancelled by a user.</summary>
    Cancelled,

    /// <summary>Paused by a user, to be resumed later.</summary>
    Paused,

    /// <summary>The process is shutting down; another should resume the run.</summary>
    Interrupted,
}

/// <summary>Requests to a training run, handled between steps. Thread-safe.</summary>
public sealed class TrainingControl : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private volatile StopRequest? stop;
    private int checkpointRequested;

    /// <summary>The reason for a requested stop; null without one.</summary>
    public StopReason? StopRequested => stop?.Reason;

    /// <summary>Cancelled when a stop is requested.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Stops with a checkpoint after the current step. The first reason wins.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref stop, new StopRequest(reason), null) is null)
        {
            stopping.Cancel();
        }
    }

    /// <summary>Saves a checkpoint after the current step.</summary>
    public void CheckpointNow() => Interlocked.Exchange(ref checkpointRequested, 1);

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    internal bool TakeCheckpointRequest() => Interlocked.Exchange(ref checkpointRequested, 0) == 1;

    private sealed record StopRequest(StopReason Reason);
}
