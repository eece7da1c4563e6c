using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>
/// A process that is started for the first use and kept for the next ones. It is ended when it has been idle for a while or has grown too
/// large, and replaced when it has died.
/// </summary>
internal sealed class ComputeProcess(
    string purpose, IComputeStarter starter, WorkerOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private StartedComputer? started;
    private CancellationTokenSource? idle;
    private Task ending = Task.CompletedTask;
    private int uses;

    /// <summary>Starts the process if it doesn't run.</summary>
    /// <exception cref="ComputeEndedException">It can't be started.</exception>
    public async Task<ComputeUse> UseAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await StopWaitingAsync();
            var process = await StartedAsync(cancellationToken);
            uses++;
            return new(this, process);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        await StopWaitingAsync();
        await EndAsync();
        gate.Dispose();
    }

    /// <summary>Returns another process than the one that has ended.</summary>
    /// <exception cref="ComputeEndedException">It can't be started.</exception>
    internal async Task<StartedComputer> ReplaceAsync(StartedComputer ended, CancellationToken cancellationToken)
    {
        await ended.Ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await StartedAsync(cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    internal async ValueTask LeaveAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (--uses > 0 || started is null)
            {
                return;
            }
            var memory = started.Memory;
            if (memory > options.MaxIdleMemoryMb * 1024L * 1024)
            {
                logger.LogInformation(
                    "The process that {Purpose} uses {Memory} MiB (TRAINER__MAX_IDLE_MEMORY_MB), so the next work gets a new one",
                    purpose, memory / 1024 / 1024);
                await EndAsync();
                return;
            }
            idle = new();
            ending = EndLaterAsync(idle.Token);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<StartedComputer> StartedAsync(CancellationToken cancellationToken)
    {
        if (started is { Ended.IsCompleted: true })
        {
            await EndAsync();
        }
        return started ??= await starter.StartAsync(purpose, cancellationToken);
    }

    private async Task EndLaterAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.IdleSeconds), time, cancellationToken);
            await gate.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It is used again.
            return;
        }
        try
        {
            if (uses == 0)
            {
                logger.LogDebug("The process that {Purpose} is idle and ends", purpose);
                await EndAsync();
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task StopWaitingAsync()
    {
        if (idle is { } waiting)
        {
            idle = null;
            await waiting.CancelAsync();
            await ending;
            waiting.Dispose();
        }
    }

    private async Task EndAsync()
    {
        if (started is { } process)
        {
            started = null;
            await process.DisposeAsync();
        }
    }
}
