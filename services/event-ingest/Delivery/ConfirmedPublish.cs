using MassTransit;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>
/// On a broker: published, put into a durable queue, and confirmed. The store compares keys later, so only a key this process remembers can
/// be refused.
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
            // Mandatory: a broker confirms a message that no queue took just as gladly.
            await bus.Publish(accepted, context => context.Mandatory = true, cancellationToken).WaitAsync(cancellationToken);
            recent.Add(accepted.Requests);
            return outcomes;
        }
        catch (MessageReturnedException exception)
        {
            throw new TrainyardException(ErrorCode.Unavailable, "Nothing stores events yet: the experiment store has not started. Send them again.", exception);
        }
        catch (Exception exception)
        {
            // It may have got there, and only the confirmation not back; a full queue is tried until the time is up, and looks the same.
            throw new TrainyardException(
                ErrorCode.OutcomeUnknown, $"The broker did not confirm the events in time: they may be stored, or not. {Repeat}", exception);
        }
    }
}
