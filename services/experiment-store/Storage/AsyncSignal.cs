using System.Threading.Channels;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Wakes one waiter early. Setting it again before it is awaited has no effect; a missed signal costs one wait at most.</summary>
internal sealed class AsyncSignal(TimeProvider clock)
{
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => signals.Writer.TryWrite(true);

    /// <summary>Returns when the signal is set or the timeout expires.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before either.</exception>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await signals.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The timeout has expired.
        }
    }
}
