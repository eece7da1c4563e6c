namespace Trainyard.Contracts;

/// <summary>The headers of a message that is sent to its queue again.</summary>
public static class RequeueHeaders
{
    /// <summary>Marks a message that was sent to its queue again. An earlier delivery may have been processed in part.</summary>
    public const string SentAgain = "Trainyard-Sent-Again";

    /// <summary>
    /// Adds the mark, and drops the broker's own dead-letter headers: with them, the broker would detect a cycle and drop the message.
    /// </summary>
    /// <param name="headers">The message's headers; null for none.</param>
    public static Dictionary<string, object?> Of(IDictionary<string, object?>? headers)
    {
        var kept = headers?.Where(header => !header.Key.StartsWith("x-", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal) ?? [];
        kept[SentAgain] = true;
        return kept;
    }
}
