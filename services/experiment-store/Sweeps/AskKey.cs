using System.Globalization;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>What trials were asked with, as each of them keeps it: whose key it is, how many were asked for, and the key.</summary>
internal sealed record AskKey(string CallerId, int Count, string Key)
{
    public static AskKey? Parse(string? text) =>
        text?.Split('/', 3) is [var caller, var count, var key] ? new(caller, int.Parse(count, CultureInfo.InvariantCulture), key) : null;

    /// <summary>Whether the other is a request under the same key, whatever it asks for.</summary>
    public bool IsKeyOf(AskKey other) => CallerId == other.CallerId && Key == other.Key;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CallerId}/{Count}/{Key}");
}
