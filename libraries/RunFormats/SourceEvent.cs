using System.IO.Hashing;
using System.Text.Json;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;

namespace Trainyard.RunFormats;

/// <summary>An event of a source, with an identity that is the same whenever the source is read again.</summary>
/// <param name="Part">An append-only sequence of the run's events.</param>
/// <param name="Number">Its position there, or a hash of its content where the newest version counts.</param>
/// <param name="Event">The event in Trainyard's vocabulary. It has no id yet.</param>
/// <param name="File">The file it is from, for notices; null if the source is a single file.</param>
/// <param name="Content">The file on this machine that an <see cref="ArtifactSaved"/> is about, to be copied; null without one.</param>
public readonly record struct SourceEvent(string Part, long Number, RunEvent Event, string? File = null, string? Content = null)
{
    private const long MaxNumber = (1L << 53) - 1;

    /// <summary>An event that counts as new only if its content has changed.</summary>
    public static SourceEvent ByContent(string part, RunEvent runEvent)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(runEvent with { EventId = Guid.Empty }, WireJson.Options);
        return new(part, (long)(XxHash3.HashToUInt64(content) & MaxNumber), runEvent);
    }
}
