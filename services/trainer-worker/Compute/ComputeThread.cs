using System.Collections.Concurrent;

namespace Trainyard.TrainerWorker.Compute;

/// <summary>
/// The single thread for training and evaluation. libtorch and the allocator keep memory per thread, which would add up with a thread per
/// run. Text generation uses other threads.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    private readonly BlockingCollection<Action> work = [];

    public ComputeThread() => new Thread(Work) { IsBackground = true, Name = "compute" }.Start();

    /// <summary>Runs a function on the thread, with the caller's activity and log scopes.</summary>
    public Task<T> RunAsync<T>(Func<T> compute)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = ExecutionContext.Capture();
        work.Add(() =>
        {
            if (caller is null)
            {
                Compute();
            }
            else
            {
                ExecutionContext.Run(caller, _ => Compute(), null);
            }
        });
        return result.Task;

        void Compute()
        {
            try
            {
                result.SetResult(compute());
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        }
    }

    /// <summary>Ends the thread once its queue is empty.</summary>
    public void Dispose() => work.CompleteAdding();

    private void Work()
    {
        using (work)
        {
            foreach (var compute in work.GetConsumingEnumerable())
            {
                compute();
            }
        }
    }
}
