using System.Collections.Concurrent;

namespace Trainyard.TrainerWorker.Worker;

/// <summary>
/// The one thread that runs and evaluations compute on, one after the other. What libtorch and the allocator keep for a thread, the next one
/// reuses; with a thread for each run it would add up. Text is generated beside it.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    private readonly BlockingCollection<Action> work = [];

    public ComputeThread() => new Thread(Work) { IsBackground = true, Name = "compute" }.Start();

    /// <summary>Computes as the caller would: with its activity and its log scopes.</summary>
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

    /// <summary>The thread ends when it has done what it was given.</summary>
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
