using System.Text.Json;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.EventIngest.External;

/// <summary>
/// Translates external events into Trainyard's. Only this folder knows <c>trial_id</c>, <c>model_run_id</c> and the many spellings of a
/// successful end.
/// </summary>
internal sealed class EventTranslation(IngestOptions limits, ProblemList problems, DateTimeOffset now, Caller caller)
{
    private const int MaxLine = 256;
    private const int MaxPath = 4096;
    private const int MaxText = 65_536;
    private const double MaxSilenceSeconds = 30 * 24 * 3600;

    // All other members of a checkpoint's metadata are stored with it unchanged.
    private static readonly string[] KnownCheckpointMembers =
    [
        "path", "filepath", "step", "is_best", "size", "attempt", "spectral_norm", "hyperparams", "mlflow_run_id", "tags", "trial_id",
        "model_run_id",
    ];

    private static readonly JsonSerializerOptions TagsJson = new() { Converters = { new TagsConverter() } };

    /// <summary>The translated event; null if it is invalid, which is then reported.</summary>
    public RunEvent? Translate(JsonElement source, string at)
    {
        if (source.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(at, $"must be an object, not {Members.Kind(source)}");
            return null;
        }
        var before = problems.Count;
        if (Envelope.Read(source, at, limits, problems, now, caller) is not { } envelope)
        {
            return null;
        }
        var measurements = Measurements.Read(envelope.Members, limits, problems);
        var (metadata, translated) = (envelope.Metadata, Translate(envelope, envelope.Metadata, measurements, limits));
        translated = translated is null ? null : translated with
        {
            SenderGaveId = envelope.SenderGaveId,
            ExperimentId = envelope.ExperimentId,
            Source = envelope.Source,
            Attempt = (int?)metadata.Whole("attempt", min: 1, max: int.MaxValue),
            SpectralNorm = metadata.Flag("spectral_norm"),
            Hyperparams = metadata.Any("hyperparams")?.Clone(),
            MlflowRunId = MlflowRunId(metadata),
            Tags = Tags(envelope),
        };
        return problems.Count == before ? translated : null;
    }

    private static RunEvent? Translate(
        Envelope envelope, Members metadata, Dictionary<string, double> measurements, IngestOptions limits)
    {
        var (kind, eventId, _, runId, _, time, _, _, _) = envelope;
        switch (kind)
        {
            case EventName.Metric:
                RequireMeasurements(envelope);
                return new MetricsLogged
                {
                    EventId = eventId,
                    RunId = runId,
                    Time = time,
                    Step = Step(metadata),
                    StepIsEpoch = metadata.Any("step") is null && metadata.Any("epoch") is not null,
                    Measurements = measurements,
                };

            case EventName.System:
                RequireMeasurements(envelope);
                return new SystemSampled { EventId = eventId, RunId = runId, Time = time, Measurements = measurements };

            case EventName.Checkpoint:
                return new CheckpointSaved
                {
                    EventId = eventId,
                    RunId = runId,
                    Time = time,
                    Path = Required(metadata, metadata.Any("path") is null && metadata.Any("filepath") is not null ? "filepath" : "path",
                        MaxPath),
                    Step = Step(metadata),
                    IsBest = metadata.Flag("is_best") ?? false,
                    Size = metadata.Whole("size"),
                    Measurements = measurements,
                    Metadata = metadata.Except(KnownCheckpointMembers),
                };

            case EventName.Stop:
                var (status, unknownWord) = StopStatus.Read(metadata);
                return new RunStopped
                {
                    EventId = eventId,
                    RunId = runId,
                    Time = time,
                    Status = status,
                    Epochs = metadata.Whole("epochs"),
                    DurationMs = measurements.Remove("duration_ms", out var duration)
                        ? RequireDuration(envelope, duration)
                        : metadata.Amount("duration_ms"),
                    Message = metadata.Text("message", MaxText)
                        ?? (unknownWord is null ? null : $"Ended with the unknown status '{unknownWord}'."),
                    ErrorKind = metadata.Text("error_kind", MaxLine),
                    ModelPath = metadata.Text("model_path", MaxPath),
                    Step = Step(metadata),
                    Measurements = measurements,
                };
        }

        RefuseMeasurements(envelope, measurements);
        return kind switch
        {
            EventName.Start => new RunStarted
            {
                EventId = eventId,
                RunId = runId,
                Time = time,
                Name = metadata.Text("name", MaxLine),
            },
            EventName.Artifact => new ArtifactSaved
            {
                EventId = eventId,
                RunId = runId,
                Time = time,
                Path = Required(metadata, "path", MaxPath),
                Kind = metadata.Text("kind", MaxLine),
                Size = metadata.Whole("size"),
                Sha256 = Sha256(metadata),
            },
            EventName.Log => new LogWritten
            {
                EventId = eventId,
                RunId = runId,
                Time = time,
                Level = Level(metadata),
                Message = Line(metadata),
            },
            EventName.Heartbeat => new RunHeartbeat
            {
                EventId = eventId,
                RunId = runId,
                Time = time,
                ExpectNextIn = metadata.Amount("expect_next_in", MaxSilenceSeconds),
                Step = Step(metadata),
                TotalSteps = metadata.Whole("total_steps"),
                EtaSeconds = metadata.Amount("eta_seconds"),
                Message = metadata.Text("message", MaxText),
            },
            EventName.Media => MediaTranslation.Read(envelope, metadata, Step(metadata), limits),
            EventName.Resume => new RunResumed { EventId = eventId, RunId = runId, Time = time, FromStep = RequiredStep(metadata) },
            _ => null,
        };
    }

    private static long? Step(Members metadata) => metadata.Whole(metadata.Any("step") is null ? "epoch" : "step");

    private static string? MlflowRunId(Members metadata)
    {
        const string Member = "mlflow_run_id";
        return metadata.Any(Member) is { ValueKind: JsonValueKind.Number } ? metadata.Id(Member) : metadata.Text(Member, MaxLine);
    }

    private static long RequiredStep(Members metadata)
    {
        if (metadata.Any("step") is null)
        {
            metadata.Report("step", "is required: the first step the run goes on from");
        }
        return metadata.Whole("step") ?? 0;
    }

    private static string Required(Members metadata, string name, int longest)
    {
        var text = metadata.Text(name, longest);
        if (text is "" || metadata.Any(name) is null)
        {
            metadata.Report(name, "is required");
        }
        return text ?? "";
    }

    private static void RequireMeasurements(Envelope envelope)
    {
        if (envelope.Members.Any("measurements") is not { } given
            || (given.ValueKind is JsonValueKind.Object && given.GetPropertyCount() == 0))
        {
            envelope.Members.Report("measurements", $"must hold at least one value for {envelope.Kind}");
        }
    }

    private static double RequireDuration(Envelope envelope, double duration)
    {
        if (!double.IsFinite(duration) || duration < 0)
        {
            envelope.Members.Report("measurements.duration_ms", "must be a finite number, 0 or more");
        }
        return duration;
    }

    private static void RefuseMeasurements(Envelope envelope, Dictionary<string, double> measurements)
    {
        if (measurements.Count > 0 && envelope.Kind.Length > 0)
        {
            envelope.Members.Report("measurements", $"must be empty for {envelope.Kind}; send values as {EventName.Metric}");
        }
    }

    /// <summary>A log message may be empty, but not missing.</summary>
    private static string Line(Members metadata) => metadata.Text("message", MaxText) ?? Required(metadata, "message", MaxText);

    private static string Level(Members metadata)
    {
        var level = metadata.Text("level", MaxLine)?.ToLowerInvariant() switch
        {
            null or "info" or "information" or "notice" => "info",
            "trace" or "debug" => "debug",
            "warn" or "warning" => "warning",
            "error" or "critical" or "fatal" => "error",
            _ => null,
        };
        if (level is null)
        {
            metadata.Report("level", "must be debug, info, warning or error");
        }
        return level ?? "info";
    }

    private static string? Sha256(Members metadata)
    {
        var digest = metadata.Text("sha256", MaxLine);
        if (digest is not null && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigit)))
        {
            metadata.Report("sha256", "must be 64 hexadecimal digits");
        }
        return digest?.ToLowerInvariant();
    }

    private IReadOnlyDictionary<string, string>? Tags(Envelope envelope)
    {
        var owner = envelope.Members.Any("tags") is null ? envelope.Metadata : envelope.Members;
        if (owner.Any("tags") is not { } source)
        {
            return null;
        }
        var before = problems.Count;
        JsonText.Check(source, owner.Field("tags"), limits.MaxMetadataDepth, problems);
        if (problems.Count > before)
        {
            return null;
        }
        try
        {
            var tags = source.Deserialize<IReadOnlyDictionary<string, string>>(TagsJson) ?? new Dictionary<string, string>();
            foreach (var problem in TagLimits.Validate(tags))
            {
                owner.Report("tags", problem.Message);
            }
            return tags;
        }
        catch (JsonException fault)
        {
            owner.Report("tags", fault.Message);
            return null;
        }
    }
}
