using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Sets a message aside that fails for no fault of its own, such as a database that is away. It waits in a queue whose messages expire into the
/// one they came from, so that nobody holds it meanwhile: a broker takes messages back that are held for half an hour. MassTransit's own
/// delayed redelivery needs a plugin of RabbitMQ's that many brokers don't have.
/// </summary>
internal sealed class WaitOnBroker(string queue) : IFilter<ExceptionReceiveContext>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (!Passes(context.Exception) || context.IsRequest()
            || !context.TryGetPayload(out ChannelContext? channel) || !context.TryGetPayload(out RabbitMqBasicConsumeContext? message))
        {
            await next.Send(context);
            return;
        }
        var properties = new BasicProperties(message.Properties)
        {
            Persistent = true,
            Expiration = ((long)Wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            Headers = Deliveries.SentAgain(message.Properties.Headers),
        };
        // Acknowledged only afterwards: should this process die in between, it is there twice, and handling it twice does no harm.
        await channel.BasicPublishAsync("", DurableQueues.WaitQueue(queue), mandatory: true, properties, context.GetBody(), awaitAck: true, context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("waitOnBroker");

    private static bool Passes(Exception exception) =>
        exception is TrainyardException { Code: ErrorCode.BackendUnavailable or ErrorCode.OutcomeUnknown };
}

/// <summary>Ends here for a request, whose sender hears that it failed and repeats it, and for a message in memory: nobody could look into its error queue.</summary>
internal sealed class KeepFailedEvents : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        context.IsRequest() || !context.TryGetPayload(out ChannelContext? _) ? Task.CompletedTask : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("keepWhatNobodyRepeats");
}
