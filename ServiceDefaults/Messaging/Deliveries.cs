using MassTransit;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>Tells first deliveries from redeliveries, which may have been processed in part.</summary>
public static class Deliveries
{
    /// <summary>Whether the message was redelivered, retried or requeued.</summary>
    public static bool CameBefore(this ConsumeContext context) =>
        context.ReceiveContext.Redelivered
        || context.GetRetryAttempt() > 0
        || context.ReceiveContext.TransportHeaders.TryGetHeader(RequeueHeaders.SentAgain, out _);

    internal static bool IsRequest(this ExceptionReceiveContext context) => context.TryGetPayload(out ResponseExpected? _);
}

/// <summary>Marks a message whose sender awaits a response.</summary>
internal sealed record ResponseExpected;

/// <summary>Adds <see cref="ResponseExpected"/> to the receive context, where the error pipe can still read it.</summary>
internal sealed class NoteRequests : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.ResponseAddress is not null)
        {
            context.ReceiveContext.GetOrAddPayload(() => new ResponseExpected());
        }
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("noteRequests");
}
