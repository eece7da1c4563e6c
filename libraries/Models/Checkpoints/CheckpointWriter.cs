using System.Diagnostics;
using Trainyard.Models.Families;
using Trainyard.Models.Training;

namespace Trainyard.Models.Checkpoints;

/// <summary>A checkpoint that is completely on disk.</summary>
/// <param name="State">The state of the training loop in it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Blocked">How long training waited for it.</param>
/// <param name="Duration">From the beginning of the copy until it was on disk.</param>
internal sealed record SavedCheckpoint(TrainingState State, long Size, TimeSpan Blocked, TimeSpan Duration);

/// <summary>
/// Writes checkpoints on a thread of its own. Training waits only for the copy of the tensors, and for the checkpoint before if
/// that is still being written. Used by one thread.
/// </summary>
internal sealed class CheckpointWriter(CheckpointStore store, long seed) : IDisposable
{
    private readonly CheckpointSnapshot snapshot = new();
    private Task<SavedCheckpoint>? writing;

    /// <summary>Begins to write a checkpoint; none may be in flight.</summary>
    /// <param name="shape">The model's shape.</param>
    /// <param name="tensors">What to write.</param>
    /// <param name="state">The state of the training loop.</param>
    /// <param name="started">When training began to wait, as a timestamp of <see cref="Stopwatch"/>.</param>
    public void Begin(NetworkShape shape, CheckpointTensors tensors, TrainingState state, long started)
    {
        if (writing is not null)
        {
            throw new InvalidOperationException("A checkpoint is in flight.");
        }
        snapshot.Take(tensors, state, store.Undelivered);
        var blocked = Stopwatch.GetElapsedTime(started);
        writing = Task.Factory.StartNew(
            () => new SavedCheckpoint(state, store.Write(snapshot, shape, seed), blocked, Stopwatch.GetElapsedTime(started)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The checkpoint that was in flight, once it is on disk.</summary>
    /// <param name="wait">Wait for it.</param>
    /// <returns>Null if none is in flight, or it is still being written.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    public SavedCheckpoint? Take(bool wait)
    {
        if (writing is not { } task || (!wait && !task.IsCompleted))
        {
            return null;
        }
        writing = null;
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Waits for the checkpoint in flight; nobody needs it any more.</summary>
    public void Dispose()
    {
        if (writing is { } task)
        {
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            _ = task.Exception;
        }
        snapshot.Dispose();
    }
}
