namespace Trainyard.Models.Training;

/// <summary>Why a run ends before its last step.</summary>
public enum StopReason
{
    /// <summary>A person wants no more of it.</summary>
    Cancelled,

    /// <summary>A person wants it to go on later.</summary>
    Paused,

    /// <summary>The process ends; another should go on.</summary>
    Interrupted,
}

/// <summary>What others may ask of a run while it trains. Looked at between steps; any thread may ask.</summary>
public sealed class TrainingControl : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private volatile StopRequest? stop;
    private int checkpointRequested;

    /// <summary>Set once somebody asked it to stop.</summary>
    public StopReason? StopRequested => stop?.Reason;

    /// <summary>Cancelled when somebody asks it to stop.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Stops with a checkpoint after the current step. The first reason counts.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref stop, new StopRequest(reason), null) is null)
            stopping.Cancel();
    }

    /// <summary>Saves a checkpoint after the current step.</summary>
    public void CheckpointNow() => Interlocked.Exchange(ref checkpointRequested, 1);

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    internal bool TakeCheckpointRequest() => Interlocked.Exchange(ref checkpointRequested, 0) == 1;

    private sealed record StopRequest(StopReason Reason);
}
