using StreamJsonRpc;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>A process in use. Dispose it when its work is done.</summary>
internal sealed class ComputeUse(ComputeProcess owner, StartedComputer process) : IAsyncDisposable
{
    private volatile StartedComputer process = process;

    // A training notices within a step, data preparation within a file, that it is abandoned.
    private static readonly TimeSpan AbandonWithin = TimeSpan.FromSeconds(30);

    /// <summary>Calls the process.</summary>
    /// <param name="call">The call.</param>
    /// <param name="abandoned">Cancelled when the answer is no longer of use. A process that goes on after that is ended.</param>
    /// <exception cref="ComputeEndedException">It ended during the call.</exception>
    public async Task<T> CallAsync<T>(Func<IComputer, Task<T>> call, CancellationToken abandoned = default)
    {
        var answer = AnswerAsync(call);
        using var late = new CancellationTokenSource();
        await using var killing = late.Token.UnsafeRegister(_ => process.Kill(), null);
        await using var waiting = abandoned.UnsafeRegister(_ => late.CancelAfter(AbandonWithin), null);
        return await answer;
    }

    /// <summary>Waits for a task that needs the process.</summary>
    /// <exception cref="ComputeEndedException">The process ended first.</exception>
    public async Task WaitAsync(Task task)
    {
        var needed = process;
        if (await Task.WhenAny(task, needed.Ended) != task)
        {
            throw new ComputeEndedException(await needed.DescribeEndAsync());
        }
        await task;
    }

    /// <summary>Enumerates what the process answers.</summary>
    /// <exception cref="ComputeEndedException">It ended during the call.</exception>
    public async IAsyncEnumerable<T> EnumerateAsync<T>(Func<IComputer, IAsyncEnumerable<T>> call)
    {
        await using var items = call(process.Computer).GetAsyncEnumerator();
        while (await AnswerAsync(_ => items.MoveNextAsync().AsTask()))
        {
            yield return items.Current;
        }
    }

    /// <summary>Calls the process without waiting. A process that has ended needs no more requests.</summary>
    public void Tell(Func<IComputer, Task> call) => _ = TellAsync(call);

    /// <summary>Goes on with another process after this one has ended.</summary>
    /// <exception cref="ComputeEndedException">It can't be started.</exception>
    public async Task ReplaceAsync(CancellationToken cancellationToken) => process = await owner.ReplaceAsync(process, cancellationToken);

    public ValueTask DisposeAsync() => owner.LeaveAsync();

    private async Task TellAsync(Func<IComputer, Task> call)
    {
        try
        {
            await call(process.Computer);
        }
        catch (Exception exception) when (exception is ConnectionLostException or ObjectDisposedException)
        {
            // Who waits for the answer of its work learns the reason.
        }
    }

    private async Task<T> AnswerAsync<T>(Func<IComputer, Task<T>> call)
    {
        var called = process;
        try
        {
            return await call(called.Computer);
        }
        catch (Exception exception) when (exception is ConnectionLostException or ObjectDisposedException)
        {
            throw new ComputeEndedException(await called.DescribeEndAsync(), exception);
        }
    }
}
