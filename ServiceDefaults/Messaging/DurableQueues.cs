using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Declares every queue explicitly instead of relying on the broker's defaults. Each queue has two side queues: an error queue for
/// messages that can't be handled, and a wait queue for messages to retry later.
/// </summary>
public static class DurableQueues
{
    /// <summary>
    /// Deliveries after which a message goes to the error queue. Counts processes that die or lose their connection while they hold the
    /// message, not handlers that fail.
    /// </summary>
    public const int MaxDeliveries = 20;

    // Listing an error queue delivers its messages, and that must not count towards a limit.
    private const int Unlimited = int.MaxValue;

    private const string DeliveryLimit = "x-delivery-limit";
    private const string DeadLetterExchange = "x-dead-letter-exchange";
    private const string DeadLetterQueue = "x-dead-letter-routing-key";
    private const string DeadLetterStrategy = "x-dead-letter-strategy";
    private const string Overflow = "x-overflow";
    private const string MaxBytes = "x-max-length-bytes";

    /// <summary>Declares the endpoint's queue and configures where failed messages go.</summary>
    public static void UseDurableQueue(this IReceiveEndpointConfigurator endpoint, string queue)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.SetQuorumQueue();
            foreach (var (name, value) in DeadLetterTo(EndpointNames.ErrorQueue(queue), MaxDeliveries))
            {
                rabbitMq.SetQueueArgument(name, value);
            }
            rabbitMq.ConfigureChannel(channel => channel.UseFilter(new SideQueues(queue)));
        }
        endpoint.UseFilter(new NoteRequests());
        endpoint.ConfigureError(pipe =>
        {
            pipe.UseFilter(new WaitOnBroker(queue));
            pipe.UseFilter(new GenerateFaultFilter());
            pipe.UseFilter(new KeepFailedEvents());
            pipe.UseFilter(new ErrorTransportFilter());
        });
    }

    /// <summary>Limits a queue's size. A full queue rejects new messages instead of dropping old ones.</summary>
    public static void LimitBytes(this IReceiveEndpointConfigurator endpoint, long limit)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.SetQueueArgument(MaxBytes, limit);
        }
    }

    /// <summary>Resets the error queue's arguments: MassTransit copies those of the original queue by default.</summary>
    internal static void KeepFailed(this IRabbitMqBusFactoryConfigurator bus)
    {
        bus.SendTopology.ConfigureErrorSettings = Keep;
        bus.SendTopology.ConfigureDeadLetterSettings = Keep;

        static void Keep(IRabbitMqQueueBindingConfigurator failed)
        {
            foreach (var argument in (string[])[DeadLetterExchange, DeadLetterQueue, DeadLetterStrategy, Overflow, MaxBytes])
            {
                failed.SetQueueArgument(argument, (object?)null);
            }
            failed.SetQueueArgument(DeliveryLimit, Unlimited);
        }
    }

    /// <summary>
    /// Arguments for at-least-once dead-lettering: a message stays until the target queue accepts it. RabbitMQ requires
    /// <c>reject-publish</c> for that.
    /// </summary>
    private static Dictionary<string, object> DeadLetterTo(string queue, int limit) => new(StringComparer.Ordinal)
    {
        [DeliveryLimit] = limit,
        [DeadLetterExchange] = "",
        [DeadLetterQueue] = queue,
        [DeadLetterStrategy] = "at-least-once",
        [Overflow] = "reject-publish",
    };

    /// <summary>Declares the side queues before the endpoint consumes, since failed messages may go there at once.</summary>
    private sealed class SideQueues(string queue) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await DeclareAsync(EndpointNames.ErrorQueue(queue), new(StringComparer.Ordinal) { [DeliveryLimit] = Unlimited });
            await DeclareAsync(EndpointNames.WaitQueue(queue), DeadLetterTo(queue, Unlimited));
            await next.Send(context);

            Task DeclareAsync(string name, Dictionary<string, object> arguments)
            {
                arguments["x-queue-type"] = "quorum";
                return context.QueueDeclare(name, durable: true, exclusive: false, autoDelete: false, arguments, context.CancellationToken);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("sideQueues");
    }
}
