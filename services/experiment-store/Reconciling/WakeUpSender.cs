using System.Threading.Channels;
using MassTransit;
using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Reconciling;

/// <summary>
/// Calls workers to queued runs and evaluations. The database remembers which wait, so a call the bus can't take now is dropped: the
/// reconciler makes it again.
/// </summary>
internal sealed class WakeUpSender(IBus bus, ILogger<WakeUpSender> logger) : BackgroundService
{
    // The exchange the workers' queue binds to: sending to the queue would declare it, without the workers' settings.
    private static readonly Uri Workers = new($"exchange:{EndpointNames.TrainModel}");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<object> calls = Channel.CreateBounded<object>(
        new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Send(IReadOnlyList<object> wakeUps)
    {
        foreach (var call in wakeUps)
        {
            calls.Writer.TryWrite(call);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var call in calls.Reader.ReadAllAsync(stoppingToken))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(Patience);
            try
            {
                var endpoint = await bus.GetSendEndpoint(Workers);
                await endpoint.Send(call, patience.Token);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested && exception is not OutOfMemoryException)
            {
                logger.LogWarning("The call {Call} was not sent and will be repeated: {Fault}", call, exception.Message);
            }
        }
    }
}
