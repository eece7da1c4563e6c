using System.Threading.Channels;
using Trainyard.Contracts.Alerts;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Firings on their way from a commit to the bus. One that finds no room is found in the database later.</summary>
internal sealed class FiredAlerts
{
    private readonly Channel<AlertFired> committed = Channel.CreateBounded<AlertFired>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Send(IReadOnlyList<AlertFired> fired)
    {
        foreach (var one in fired)
        {
            committed.Writer.TryWrite(one);
        }
    }

    public IAsyncEnumerable<AlertFired> ReadAllAsync(CancellationToken cancellationToken) => committed.Reader.ReadAllAsync(cancellationToken);
}
