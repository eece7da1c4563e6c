using System.Text.Json;
using Trainyard.Contracts.Json;

namespace Trainyard.EventIngest.External;

/// <summary>What every external event carries, whatever its kind.</summary>
internal readonly record struct Envelope(
    string Kind, Guid EventId, bool SenderGaveId, string RunId, string? ExperimentId, DateTimeOffset Time, string? Source, Members Members, Members Metadata)
{
    private const int MaxSource = 256;

    private static readonly byte[][] Known =
        [.. new[] { "event", "event_id", "trial_id", "model_run_id", "timestamp", "source", "metadata", "measurements", "tags" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static Envelope Read(JsonElement source, string at, IngestOptions limits, ProblemList problems, DateTimeOffset now)
    {
        CheckMembers(source, at, problems);
        var members = new Members(source, at, problems);
        var metadata = Object(members, "metadata", limits, problems);
        var kind = EventName.Read(members);
        var (eventId, senderGaveId) = ReadEventId(members);
        var origin = members.Text("source", MaxSource);
        return new(kind, eventId, senderGaveId, ReadRunId(members, kind, origin), members.Id("model_run_id"), ReadTime(members, now), origin, members, metadata);
    }

    private static void CheckMembers(JsonElement source, string at, ProblemList problems)
    {
        var seen = 0;
        foreach (var member in source.EnumerateObject())
        {
            var index = Array.FindIndex(Known, known => member.NameEquals(known));
            if (index < 0)
            {
                problems.Add(at, $"has an unknown member '{JsonText.Name(member).Text}'; put what is your own into metadata");
            }
            else if ((seen & (1 << index)) != 0)
            {
                problems.Add($"{at}.{member.Name}", "is given twice");
            }
            seen |= index < 0 ? 0 : 1 << index;
        }
    }

    private static Members Object(Members members, string name, IngestOptions limits, ProblemList problems)
    {
        var value = members.Any(name);
        if (value is not { } metadata)
        {
            return new(default, members.Field(name), problems);
        }
        var size = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(metadata).Length;
        if (metadata.ValueKind is not JsonValueKind.Object)
        {
            members.Report(name, $"must be an object, not {Members.Kind(metadata)}");
        }
        else if (size > limits.MaxMetadataBytes)
        {
            members.Report(name, $"must have at most {limits.MaxMetadataBytes} bytes, not {size} (INGEST__MAX_METADATA_BYTES)");
        }
        else
        {
            JsonText.Check(metadata, members.Field(name), limits.MaxMetadataDepth, problems);
        }
        return new(metadata, members.Field(name), problems);
    }

    private static (Guid Id, bool Given) ReadEventId(Members members)
    {
        const string Member = "event_id";
        if (members.Text(Member, longest: 64) is not { } text)
        {
            return (Guid.CreateVersion7(), false);
        }
        if (!Guid.TryParseExact(text, "D", out var id) && !Guid.TryParseExact(text, "N", out id) || id == Guid.Empty)
        {
            members.Report(Member, "must be a UUID such as \"0199b6a5-3f1e-7c3a-9d57-0f8f4f1c2a11\", and not the nil one");
        }
        return (id, true);
    }

    /// <summary>A sample of a machine may belong to no run; it is then kept under a run named after its sender.</summary>
    private static string ReadRunId(Members members, string kind, string? source)
    {
        const string Member = "trial_id";
        if (members.Any(Member) is not null)
        {
            return members.Id(Member) ?? "";
        }
        if (kind is EventName.System)
        {
            return MachineRun.IdOf(source);
        }
        members.Report(Member, "is required: the id of the run");
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
