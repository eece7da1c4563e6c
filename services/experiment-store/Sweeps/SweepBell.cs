using System.Threading.Channels;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Wakes whoever drives sweeps and delivers orders when a commit may have given them work. A ring that is lost costs a few seconds.</summary>
internal sealed class SweepBell(TimeProvider clock) : IAfterCommit
{
    private static readonly BoundedChannelOptions One = new(1) { FullMode = BoundedChannelFullMode.DropWrite };

    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(One);
    private readonly Channel<bool> orders = Channel.CreateBounded<bool>(One);

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        if (outgoing.Any(message => message is StatusChange))
        {
            Ring();
        }
    }

    public void Ring()
    {
        changes.Writer.TryWrite(true);
        orders.Writer.TryWrite(true);
    }

    /// <summary>Until a run has changed, or the time is up.</summary>
    public Task ChangesAsync(TimeSpan atMost, CancellationToken cancellationToken) => WaitAsync(changes.Reader, atMost, cancellationToken);

    /// <summary>Until an order may have been placed, or the time is up.</summary>
    public Task OrdersAsync(TimeSpan atMost, CancellationToken cancellationToken) => WaitAsync(orders.Reader, atMost, cancellationToken);

    private async Task WaitAsync(ChannelReader<bool> rings, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await rings.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up.
        }
    }
}
