namespace Trainyard.TrainerWorker.Compute;

/// <summary>Starts what computes.</summary>
internal interface IComputeStarter
{
    /// <param name="purpose">What it does, for the log.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ComputeEndedException">It can't be started.</exception>
    Task<StartedComputer> StartAsync(string purpose, CancellationToken cancellationToken);
}

/// <summary>What computes, and the connection to it.</summary>
internal abstract class StartedComputer : IAsyncDisposable
{
    /// <summary>Answers calls; they fail with <see cref="StreamJsonRpc.ConnectionLostException"/> when it has ended.</summary>
    public abstract IComputer Computer { get; }

    /// <summary>Completes when it has ended.</summary>
    public abstract Task Ended { get; }

    /// <summary>The memory it uses, in bytes; 0 once it has ended.</summary>
    public abstract long Memory { get; }

    /// <summary>Waits until it has ended, and says how.</summary>
    public abstract Task<string> DescribeEndAsync();

    /// <summary>Ends it at once.</summary>
    public abstract void Kill();

    /// <summary>Ends it.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>What computes has ended, with the reason in a sentence.</summary>
internal sealed class ComputeEndedException(string message, Exception? innerException = null) : Exception(message, innerException);
