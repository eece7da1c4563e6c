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
/// Copies and writes checkpoints on threads of its own. Training goes on while the tensors are copied, until it would change them: the
/// forward and backward passes of the next step only read them. Used by one thread.
/// </summary>
internal sealed class CheckpointWriter(CheckpointStore store, long seed) : IDisposable
{
    private readonly CheckpointSnapshot snapshot = new();
    private Task copying = Task.CompletedTask;
    private Task<SavedCheckpoint>? writing;
    private TimeSpan blocked;

    /// <summary>
    /// Begins to write a checkpoint; none may be in flight. Call <see cref="WaitUntilCopied"/> before the tensors change.
    /// </summary>
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
        var undelivered = store.Undelivered;
        copying = OnNewThread(() =>
        {
            snapshot.Take(tensors, state, undelivered);
            return true;
        });
        writing = WriteAsync(shape, state, started);
        blocked = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Waits until the checkpoint in flight no longer needs the tensors it was begun with.</summary>
    public void WaitUntilCopied()
    {
        var started = Stopwatch.GetTimestamp();
        WaitFor(copying);
        blocked += Stopwatch.GetElapsedTime(started);
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
        return task.GetAwaiter().GetResult() with { Blocked = blocked };
    }

    /// <summary>Waits for the checkpoint in flight; nobody needs it any more.</summary>
    public void Dispose()
    {
        if (writing is { } task)
        {
            WaitFor(task);
            _ = task.Exception;
        }
        snapshot.Dispose();
    }

    private static Task<T> OnNewThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Does not throw: what failed is told by the one who takes the checkpoint.
    private static void WaitFor(Task task) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne();

    private async Task<SavedCheckpoint> WriteAsync(NetworkShape shape, TrainingState state, long started)
    {
        await copying.ConfigureAwait(false);
        var size = await OnNewThread(() => store.Write(snapshot, shape, seed)).ConfigureAwait(false);
        return new(state, size, Blocked: default, Stopwatch.GetElapsedTime(started));
    }
}
