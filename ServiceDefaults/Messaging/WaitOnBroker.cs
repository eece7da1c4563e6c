using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Moves a message that failed for a transient reason, such as a database outage, to the wait queue, from which it expires back into its
/// own queue. Holding it in the consumer instead would hit the broker's acknowledgement timeout of 30 minutes. MassTransit's delayed
/// redelivery needs a RabbitMQ plugin that many brokers don't have.
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
            Headers = RequeueHeaders.Of(message.Properties.Headers),
        };
        // The original is acknowledged only after the publish. If this process dies in between, the message is duplicated, which is
        // harmless: handlers are idempotent.
        await channel.BasicPublishAsync(
            "", EndpointNames.WaitQueue(queue), mandatory: true, properties, context.GetBody(), awaitAck: true, context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("waitOnBroker");

    private static bool Passes(Exception exception) =>
        exception is TrainyardException { Code: ErrorCode.BackendUnavailable or ErrorCode.OutcomeUnknown };
}

/// <summary>
/// Keeps requests and in-memory messages out of the error queue: a request's sender gets the fault and repeats it, and an in-memory error
/// queue can't be read.
/// </summary>
internal sealed class KeepFailedEvents : IFilter<ExceptionReceiveContext>
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        context.IsRequest() || !context.TryGetPayload(out ChannelContext? _) ? Task.CompletedTask : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("keepWhatNobodyRepeats");
}
