using MassTransit;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>On a broker: published, put into a durable queue, and confirmed.</summary>
internal sealed class ConfirmedPublish(IBus bus) : IDelivery
{
    private const string Repeat = "Send them again under the same Idempotency-Key, so that they are stored once.";

    public bool Groups => false;

    public async Task DeliverAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            // Mandatory: a broker confirms a message that no queue took just as gladly.
            await bus.Publish(batch, context => context.Mandatory = true, cancellationToken).WaitAsync(cancellationToken);
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
