using MassTransit;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.Delivery;

/// <summary>On a broker: published, put into a durable queue, and confirmed.</summary>
internal sealed class ConfirmedPublish(IBus bus) : IDelivery
{
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
    }
}
