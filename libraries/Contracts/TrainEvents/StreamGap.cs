using System.Text.Json;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>
/// Sent by <c>GET /api/events/stream</c> where events may be missing: the last one seen is no longer kept, or Redis was unreachable.
/// </summary>
/// <param name="Type">Always <see cref="TypeName"/>.</param>
/// <param name="Message">What to do.</param>
public sealed record StreamGap(string Type, string Message)
{
    /// <summary>The type.</summary>
    public const string TypeName = "stream.gap.v1";

    /// <summary>The message as JSON.</summary>
    public static string Json { get; } = JsonSerializer.Serialize(
        new StreamGap(TypeName, "Events before this may be missing. Read the state of your runs again: GET /api/runs/{run_id}."),
        WireJson.Options);
}
