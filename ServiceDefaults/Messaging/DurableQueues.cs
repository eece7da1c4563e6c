using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// How every queue is declared, so that no broker's default decides what becomes of a message. Beside a queue lie two more: one for
/// messages that can't be handled, and one where messages wait that can't be handled now.
/// </summary>
public static class DurableQueues
{
    /// <summary>
    /// How often a message is handed out before it counts as one that can't be handled. A handler that fails is not what this is about: it is a
    /// process that dies, or loses its connection, each time it has the message.
    /// </summary>
    public const int MaxDeliveries = 20;

    // Whoever looks into an error queue is handed its messages too, and must not use them up.
    private const int Unlimited = int.MaxValue;

    private const string DeliveryLimit = "x-delivery-limit";
    private const string DeadLetterExchange = "x-dead-letter-exchange";
    private const string DeadLetterQueue = "x-dead-letter-routing-key";
    private const string DeadLetterStrategy = "x-dead-letter-strategy";
    private const string Overflow = "x-overflow";
    private const string MaxBytes = "x-max-length-bytes";

    /// <summary>The queue of messages that can't be handled.</summary>
    public static string ErrorQueue(string queue) => $"{queue}_error";

    /// <summary>The queue from which messages come back after a while.</summary>
    public static string WaitQueue(string queue) => $"{queue}_wait";

    /// <summary>Declares the endpoint's queue, and says what becomes of messages whose handler fails.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="queue">Its queue.</param>
    public static void UseDurableQueue(this IReceiveEndpointConfigurator endpoint, string queue)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.SetQuorumQueue();
            foreach (var (name, value) in SentOnTo(ErrorQueue(queue), MaxDeliveries))
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

    /// <summary>Lets a full queue refuse messages instead of dropping those it holds.</summary>
    public static void LimitBytes(this IReceiveEndpointConfigurator endpoint, long most)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbitMq)
        {
            rabbitMq.SetQueueArgument(MaxBytes, most);
        }
    }

    /// <summary>MassTransit declares the queues of what failed with the arguments of the queue it came from, unless told otherwise.</summary>
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

    /// <summary>At least once: what another queue does not take yet stays. RabbitMQ wants a queue for that which refuses instead of dropping.</summary>
    private static Dictionary<string, object> SentOnTo(string queue, int limit) => new(StringComparer.Ordinal)
    {
        [DeliveryLimit] = limit,
        [DeadLetterExchange] = "",
        [DeadLetterQueue] = queue,
        [DeadLetterStrategy] = "at-least-once",
        [Overflow] = "reject-publish",
    };

    /// <summary>Declares the queues beside a queue before anything is taken from it: messages may have to go there.</summary>
    private sealed class SideQueues(string queue) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await DeclareAsync(ErrorQueue(queue), new(StringComparer.Ordinal) { [DeliveryLimit] = Unlimited });
            await DeclareAsync(WaitQueue(queue), SentOnTo(queue, Unlimited));
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
