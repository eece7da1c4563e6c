using MassTransit;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>
/// Delivery through a broker: publishes to a durable queue and awaits the confirm. The store checks idempotency keys later, so only a key
/// this process remembers can be rejected here.
/// </summary>
internal sealed class ConfirmedPublish(IBus bus, TimeProvider clock) : IDelivery
{
    private const string Repeat = "Send them again under the same Idempotency-Key, so that they are stored once.";

    private readonly RecentKeys recent = new(clock);

    public bool Groups => false;

    public async Task<IReadOnlyList<RequestOutcome?>> DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        RequestOutcome?[] outcomes =
            [.. batch.Requests.Select(request => recent.IsReused(request) ? new RequestOutcome(0, KeyReused: true) : null)];
        var accepted = Array.TrueForAll(outcomes, outcome => outcome is null)
            ? batch
            : batch with { Requests = [.. batch.Requests.Where((_, index) => outcomes[index] is null)] };
        if (accepted.Requests.Count == 0)
        {
            return outcomes;
        }
        try
        {
            // Without the mandatory flag, the broker also confirms messages that it routed to no queue.
            await bus.Publish(accepted, context => context.Mandatory = true, cancellationToken).WaitAsync(cancellationToken);
            recent.Add(accepted.Requests);
            return outcomes;
        }
        catch (MessageReturnedException exception)
        {
            throw new TrainyardException(
                ErrorCode.Unavailable, "Events can't be stored yet: the experiment store has not started. Send them again.", exception);
        }
        catch (Exception exception)
        {
            // The message may have arrived and only the confirm been lost. A full queue is retried until the timeout and looks the same.
            throw new TrainyardException(
                ErrorCode.OutcomeUnknown,
                $"The broker did not confirm the events in time, so they may or may not be stored. {Repeat}",
                exception);
        }
    }
}
