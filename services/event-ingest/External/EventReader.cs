using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.EventIngest.Bodies;
using Trainyard.ServiceDefaults.Errors;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.EventIngest.External;

/// <summary>The format of a body.</summary>
internal enum BodyFormat
{
    /// <summary>One object, or an array of objects.</summary>
    Json,

    /// <summary>One object per line; empty lines are skipped.</summary>
    Lines,
}

/// <summary>
/// Reads all events of a body, or none. Parses one event at a time, so that memory depends on the largest event, not on the body.
/// </summary>
internal sealed class EventReader(IOptions<IngestOptions> options, TimeProvider time)
{
    private const int MaxDepth = 64;

    /// <exception cref="TrainyardException">
    /// EVENT_INVALID with each event's index and member; PAYLOAD_TOO_LARGE for too many events; UNAUTHORIZED for an event of a run that
    /// the caller may not write to.
    /// </exception>
    public IReadOnlyList<RunEvent> Read(ReadOnlyMemory<byte> body, BodyFormat format, Caller caller, ByteBudget.Share share)
    {
        var problems = new ProblemList();
        body = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (!Utf8.IsValid(body.Span))
        {
            problems.Add("body", "is not UTF-8");
            problems.ThrowIfAny();
        }
        body = Quoted(body, share);
        var reading = new Reading(options.Value, problems, time.GetUtcNow(), caller, share);
        if (format is BodyFormat.Lines)
        {
            reading.Lines(body);
        }
        else
        {
            reading.Json(body);
        }
        if (reading.Events.Count == 0 && problems.Count == 0)
        {
            problems.Add("body", "must hold at least one event");
        }
        problems.ThrowIfAny();
        return caller.IsBound ? Own(reading.Events, caller) : reading.Events;
    }

    /// <summary>The body with NaN and infinity literals in quotes.</summary>
    private static ReadOnlyMemory<byte> Quoted(ReadOnlyMemory<byte> body, ByteBudget.Share share)
    {
        if (!NonFiniteLiterals.MayOccurIn(body.Span))
        {
            return body;
        }
        const int AtOnce = 64 << 10;
        share.Grow(2L * body.Length);
        var (literals, quoted) = (new NonFiniteLiterals(), new ArrayBufferWriter<byte>(body.Length + (2 * AtOnce)));
        for (var rest = body.Span; !rest.IsEmpty; rest = rest[Math.Min(AtOnce, rest.Length)..])
        {
            literals.Write(rest[..Math.Min(AtOnce, rest.Length)], quoted);
        }
        literals.Complete(quoted);
        return quoted.WrittenMemory;
    }

    /// <summary>Checks the events of a restricted caller, and assigns them to its experiment if it has one.</summary>
    private static List<RunEvent> Own(List<RunEvent> events, Caller caller)
    {
        var problems = new ProblemList();
        for (var index = 0; index < events.Count; index++)
        {
            if (!caller.SpeaksFor(events[index].RunId))
            {
                problems.Add($"events[{index}].trial_id", $"{caller.RunRule}, not to '{events[index].RunId}'");
            }
            if (!caller.SpeaksForExperiment(events[index].ExperimentId))
            {
                problems.Add($"events[{index}].model_run_id", $"{caller.ExperimentRule}, not to '{events[index].ExperimentId}'");
            }
        }
        problems.ThrowIfAny(ErrorCode.Unauthorized);
        return caller.Experiment is null ? events : events.ConvertAll(runEvent => runEvent with { ExperimentId = caller.Experiment });
    }

    private sealed class Reading(IngestOptions limits, ProblemList problems, DateTimeOffset now, Caller caller, ByteBudget.Share share)
    {
        private readonly EventTranslation translation = new(limits, problems, now, caller);
        private int index;
        private long uncharged;

        public List<RunEvent> Events { get; } = [];

        public void Lines(ReadOnlyMemory<byte> body)
        {
            foreach (var range in body.Span.Split((byte)'\n'))
            {
                if (problems.IsFull)
                {
                    return;
                }
                if (body.Span[range].ContainsAnyExcept(" \t\r"u8))
                {
                    Add(body[range]);
                }
            }
        }

        public void Json(ReadOnlyMemory<byte> body)
        {
            if (!body.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                problems.Add("body", "is required: an event or a list of events");
                return;
            }
            var json = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            try
            {
                json.Read();
                if (json.TokenType is not JsonTokenType.StartArray)
                {
                    var start = (int)json.TokenStartIndex;
                    Add(body.Slice(start, body.Span[start..].TrimEnd(" \t\r\n"u8).Length));
                    return;
                }
                while (!problems.IsFull && json.Read() && json.TokenType is not JsonTokenType.EndArray)
                {
                    var from = (int)json.TokenStartIndex;
                    json.Skip();
                    Add(body[from..(int)json.BytesConsumed]);
                }
                if (!problems.IsFull && json.Read())
                {
                    problems.Add("body", "must end after its array");
                }
            }
            catch (JsonException fault)
            {
                problems.Add($"events[{index}]", Syntax(body.Span, fault));
            }
        }

        private void Add(ReadOnlyMemory<byte> source)
        {
            if (index >= limits.MaxEvents)
            {
                throw new TrainyardException(
                    ErrorCode.PayloadTooLarge,
                    $"A request can have at most {limits.MaxEvents} events (INGEST__MAX_EVENTS). Send the rest in another request.");
            }
            var at = $"events[{index++}]";
            if (source.Length > limits.MaxEventBytes)
            {
                problems.Add(at, $"must have at most {limits.MaxEventBytes} bytes, not {source.Length}: "
                    + "the limit follows from INGEST__MAX_METADATA_BYTES, INGEST__MAX_MEDIA_BYTES and INGEST__MAX_MEASUREMENTS");
                return;
            }
            try
            {
                using var document = JsonDocument.Parse(source, new JsonDocumentOptions { MaxDepth = MaxDepth });
                if (translation.Translate(document.RootElement, at) is { } translated)
                {
                    Events.Add(translated);
                    Charge(translated, source.Length);
                }
            }
            catch (JsonException fault)
            {
                problems.Add(at, Syntax(source.Span, fault));
            }
        }

        /// <summary>Charges the memory of an event beyond its body: many small values need several times their text.</summary>
        private void Charge(RunEvent translated, int bytes)
        {
            const int PerEvent = 512;
            const int PerCharacter = 2;
            const int PerMeasurement = 80;
            const int AtOnce = 64 << 10;
            var measurements = translated switch
            {
                MetricsLogged logged => logged.Measurements.Count,
                SystemSampled sampled => sampled.Measurements.Count,
                _ => 0,
            };
            uncharged += PerEvent + (PerCharacter * bytes) + (PerMeasurement * measurements);
            if (uncharged >= AtOnce)
            {
                share.Grow(uncharged);
                uncharged = 0;
            }
        }

        private static string Syntax(ReadOnlySpan<byte> json, JsonException fault) => JsonFaults.Syntax(json, fault);
    }
}
