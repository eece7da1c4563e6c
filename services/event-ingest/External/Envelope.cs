using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.EventIngest.External;

/// <summary>The members common to all external events.</summary>
internal readonly record struct Envelope(
    string Kind,
    Guid EventId,
    bool SenderGaveId,
    string RunId,
    string? ExperimentId,
    DateTimeOffset Time,
    string? Source,
    Members Members,
    Members Metadata)
{
    private const int MaxSource = 256;
    private const string MetadataName = "metadata";
    private const string TrialId = "trial_id";
    private const string ModelRunId = "model_run_id";

    private static readonly byte[][] Known =
        [.. new[] { EventName.Member, EventName.TaxonomyMember, "event_id", TrialId, ModelRunId, "timestamp", "source", MetadataName,
            "measurements", "tags" }
            .Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads the envelope; null if the event's structure is invalid, which is then reported.</summary>
    public static Envelope? Read(
        JsonElement source, string at, IngestOptions limits, ProblemList problems, DateTimeOffset now, Caller caller)
    {
        var members = new Members(source, at, problems);
        if (!CheckMembers(source, at, problems))
        {
            return null;
        }
        var kind = EventName.Read(members);
        if (!CheckMetadata(members, kind, limits, problems))
        {
            return null;
        }
        var metadata = new Members(members.Any(MetadataName) ?? default, members.Field(MetadataName), problems);
        var (eventId, senderGaveId) = ReadEventId(members);
        var origin = members.Text("source", MaxSource);
        var experimentId = (members.Any(ModelRunId) is null ? metadata : members).Id(ModelRunId);
        var runId = ReadRunId(members, metadata, kind, origin, caller);
        return new Envelope(kind, eventId, senderGaveId, runId, experimentId, ReadTime(members, now), origin, members, metadata);
    }

    /// <summary>Reports unknown and repeated members; false if a name is not valid text, so that members can't be looked up.</summary>
    private static bool CheckMembers(JsonElement source, string at, ProblemList problems)
    {
        var seen = 0;
        foreach (var member in source.EnumerateObject())
        {
            var index = IndexOf(JsonMarshal.GetRawUtf8PropertyName(member));
            if (index < 0)
            {
                var (name, fault) = JsonText.Name(member);
                if (name is null)
                {
                    problems.Add(at, $"has a member whose name {fault}");
                    return false;
                }
                // A known name may be written with escapes.
                index = IndexOf(Encoding.UTF8.GetBytes(name));
            }
            if (index < 0)
            {
                problems.Add(at, $"has an unknown member '{member.Name}'; put custom members into metadata");
            }
            else if ((seen & (1 << index)) != 0)
            {
                problems.Add($"{at}.{member.Name}", "is given twice");
            }
            seen |= index < 0 ? 0 : 1 << index;
        }
        return true;
    }

    private static int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < Known.Length; index++)
        {
            if (name.SequenceEqual(Known[index]))
            {
                return index;
            }
        }
        return -1;
    }

    private static bool CheckMetadata(Members members, string kind, IngestOptions limits, ProblemList problems)
    {
        if (members.Any(MetadataName) is not { } metadata)
        {
            return true;
        }
        var before = problems.Count;
        var (maxBytes, setting) = kind is EventName.Media
            ? (limits.MaxMediaMetadataBytes, "INGEST__MAX_MEDIA_BYTES, in base64, and INGEST__MAX_METADATA_BYTES")
            : (limits.MaxMetadataBytes, "INGEST__MAX_METADATA_BYTES");
        if (metadata.ValueKind is not JsonValueKind.Object)
        {
            members.Report(MetadataName, $"must be an object, not {Members.Kind(metadata)}");
        }
        else if (JsonMarshal.GetRawUtf8Value(metadata).Length is var size && size > maxBytes)
        {
            members.Report(MetadataName, $"must have at most {maxBytes} bytes, not {size} ({setting})");
        }
        else
        {
            JsonText.Check(metadata, members.Field(MetadataName), limits.MaxMetadataDepth, problems);
        }
        return problems.Count == before;
    }

    private static (Guid Id, bool Given) ReadEventId(Members members)
    {
        const string Member = "event_id";
        if (members.Text(Member, maxLength: 64) is not { } text)
        {
            return (Guid.CreateVersion7(), false);
        }
        if (!Guid.TryParseExact(text, "D", out var id) && !Guid.TryParseExact(text, "N", out id) || id == Guid.Empty)
        {
            members.Report(Member, "must be a UUID such as \"0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11\", and not the nil one");
        }
        return (id, true);
    }

    /// <summary>
    /// Reads the run id from the event or, as in the event taxonomy, from its metadata. A machine sample without a run id is stored under
    /// a run named after its sender.
    /// </summary>
    private static string ReadRunId(Members members, Members metadata, string kind, string? source, Caller caller)
    {
        var owner = members.Any(TrialId) is null ? metadata : members;
        if (owner.Any(TrialId) is not null)
        {
            return owner.Id(TrialId) ?? "";
        }
        if (kind is EventName.System)
        {
            return MachineRun.IdOf(source, caller.Prefix);
        }
        members.Report(TrialId, "is required: the id of the run");
        return "";
    }

    private static DateTimeOffset ReadTime(Members members, DateTimeOffset now)
    {
        const string Member = "timestamp";
        if (members.Any(Member) is not { } value)
        {
            return now;
        }
        if (value.ValueKind is not JsonValueKind.String || !value.TryGetDateTime(out var given))
        {
            members.Report(Member, "must be a time in ISO 8601, such as \"2025-10-05T12:34:56.789Z\"");
            return now;
        }
        if (given.Year is < 2000 or > 2100)
        {
            members.Report(Member, $"must lie between the years 2000 and 2100, not in {given.Year}");
            return now;
        }
        return UtcTimeConverter.ToUtc(given);
    }
}
