using System.Threading.Channels;
using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Queues committed firings for the bus. If the queue is full, the reconciler finds them in the database later.</summary>
internal sealed class FiredAlerts : IAfterCommit
{
    private readonly Channel<AlertFired> committed = Channel.CreateBounded<AlertFired>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void AfterCommit(IReadOnlyList<object> outgoing)
    {
        foreach (var alert in outgoing.OfType<AlertFired>())
        {
            committed.Writer.TryWrite(alert);
        }
    }

    public IAsyncEnumerable<AlertFired> ReadAllAsync(CancellationToken cancellationToken) =>
        committed.Reader.ReadAllAsync(cancellationToken);
}
