using MassTransit;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>Tells a message that comes for the first time from one that came before, some of which may have been done.</summary>
public static class Deliveries
{
    private const string SentAgainHeader = "Trainyard-Sent-Again";

    /// <summary>Whether it was handed out before, tried before, or put into its queue once more.</summary>
    public static bool CameBefore(this ConsumeContext context) =>
        context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0 || context.ReceiveContext.TransportHeaders.TryGetHeader(SentAgainHeader, out _);

    internal static bool IsRequest(this ExceptionReceiveContext context) =>
        context.TryGetPayload(out ConsumeContext? consumed) && consumed.ResponseAddress is not null;

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
