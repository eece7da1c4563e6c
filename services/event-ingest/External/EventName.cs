using System.Text.Json;

namespace Trainyard.EventIngest.External;

/// <summary>Names of external events, written with dots or as a list, with or without the prefix <c>thunderline</c>.</summary>
internal static class EventName
{
    public const string Start = "ml.run.start";
    public const string Metric = "ml.run.metric";
    public const string Stop = "ml.run.stop";
    public const string Checkpoint = "ml.run.checkpoint";
    public const string Artifact = "ml.run.artifact";
    public const string Log = "ml.run.log";
    public const string Heartbeat = "ml.run.heartbeat";
    public const string Resume = "ml.run.resume";
    public const string Media = "ml.run.media";
    public const string System = "ml.system.metric";

    public const string Member = "event";

    /// <summary>The event taxonomy's name of <see cref="Member"/>.</summary>
    public const string TaxonomyMember = "name";

    private const string Vendor = "thunderline.";

    private static readonly string[] All = [Start, Metric, Stop, Checkpoint, Artifact, Log, Heartbeat, Resume, Media, System];
    private static readonly byte[][] Utf8 = [.. All.Select(global::System.Text.Encoding.ASCII.GetBytes)];
    private static readonly string Rule = $"must be one of {string.Join(", ", All)}, as text or as a list of its parts";

    /// <summary>One of the names above; empty if the name is invalid, which is then reported.</summary>
    public static string Read(Members members)
    {
        var (member, given) = members.Any(Member) is { } named ? (Member, named) : (TaxonomyMember, members.Any(TaxonomyMember));
        if (given is not { } value)
        {
            members.Report(Member, $"is required: {Rule}");
            return "";
        }
        var name = Read(value);
        if (name is null)
        {
            members.Report(member, Rule);
        }
        else if (member is Member && members.Any(TaxonomyMember) is { } other && Read(other) != name)
        {
            members.Report(TaxonomyMember, $"contradicts {Member}; a run's own name is metadata.name");
        }
        return name ?? "";
    }

    private static string? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Known(value),
        JsonValueKind.Array when value.GetArrayLength() <= 4 => Joined(value),
        _ => null,
    };

    private static string? Known(JsonElement value)
    {
        // Fast path without allocation, taken by nearly every event.
        for (var index = 0; index < Utf8.Length; index++)
        {
            if (value.ValueEquals(Utf8[index]))
            {
                return All[index];
            }
        }
        return Known(JsonText.Read(value).Text ?? "");
    }

    private static string? Known(string name)
    {
        var bare = name.StartsWith(Vendor, StringComparison.Ordinal) ? name[Vendor.Length..] : name;
        return Array.Find(All, known => known == bare);
    }

    private static string? Joined(JsonElement parts) =>
        parts.EnumerateArray().All(part => part.ValueKind is JsonValueKind.String)
            ? Known(string.Join('.', parts.EnumerateArray().Select(part => JsonText.Read(part).Text)))
            : null;
}
