using System.Globalization;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>The idempotency key stored with each trial: the caller, the number of trials requested, and the key.</summary>
internal sealed record AskKey(string CallerId, int Count, string Key)
{
    public static AskKey? Parse(string? text) =>
        text?.Split('/', 3) is [var caller, var count, var key] ? new(caller, int.Parse(count, CultureInfo.InvariantCulture), key) : null;

    /// <summary>Whether both have the same caller and key, whatever the count.</summary>
    public bool IsKeyOf(AskKey other) => CallerId == other.CallerId && Key == other.Key;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CallerId}/{Count}/{Key}");
}
