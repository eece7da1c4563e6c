using MassTransit;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>Tells a message that comes for the first time from one that came before, some of which may have been done.</summary>
public static class Deliveries
{
    private const string SentAgainHeader = "Trainyard-Sent-Again";

    /// <summary>Whether it was handed out before, tried before, or put into its queue once more.</summary>
    public static bool CameBefore(this ConsumeContext context) =>
        context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0 || context.ReceiveContext.TransportHeaders.TryGetHeader(SentAgainHeader, out _);

    internal static bool IsRequest(this ExceptionReceiveContext context) => context.TryGetPayload(out AskedFor? _);

    /// <summary>
    /// The headers of a message that is put into a queue once more: without those the broker wrote on its earlier way, from which it would
    /// conclude that the message goes in circles.
    /// </summary>
    internal static Dictionary<string, object?> SentAgain(IDictionary<string, object?>? headers)
    {
        var kept = headers?.Where(header => !header.Key.StartsWith("x-", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) ?? [];
        kept[SentAgainHeader] = true;
        return kept;
    }
}

/// <summary>That somebody waits for an answer to a message.</summary>
internal sealed record AskedFor;

/// <summary>Notes it where it is still known once the message has failed.</summary>
internal sealed class NoteRequests : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.ResponseAddress is not null)
        {
            context.ReceiveContext.GetOrAddPayload(() => new AskedFor());
        }
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("noteRequests");
}
