using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts;
using Trainyard.Contracts.Events;

namespace Trainyard.EventIngest.External;

/// <summary>
/// An event posted by an external job. These records only describe the body in the OpenAPI document, for typed clients; the JSON itself is
/// read by <see cref="EventReader"/>.
/// </summary>
/// <typeparam name="TMetadata">What the kind of event carries.</typeparam>
public abstract record ExternalEvent<TMetadata> where TMetadata : EventMetadata
{
    /// <summary>A UUID that makes a repetition of this event recognisable.</summary>
    public Guid? EventId { get; init; }

    /// <summary>The experiment the run belongs to; created when there is none by that id.</summary>
    public string? ModelRunId { get; init; }

    /// <summary>When it happened, in ISO 8601; when it arrives, if left out.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The program that sends it.</summary>
    public string? Source { get; init; }

    /// <summary>What this kind of event carries, and whatever is the sender's own.</summary>
    public TMetadata? Metadata { get; init; }

    /// <summary>Tags of the run: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

/// <summary>An event of a run.</summary>
/// <typeparam name="TMetadata">What the kind of event carries.</typeparam>
public abstract record RunEventBody<TMetadata> : ExternalEvent<TMetadata> where TMetadata : EventMetadata
{
    /// <summary>The run. An id nobody has used creates it.</summary>
    public required string TrialId { get; init; }
}

/// <summary>A run begins, or is described. A finished run that starts again opens an attempt.</summary>
public sealed record StartEvent : RunEventBody<StartMetadata>;

/// <summary>Values at one step.</summary>
public sealed record MetricEvent : RunEventBody<StepMetadata>
{
    /// <summary>Name to number; "NaN", "Infinity" and "-Infinity" are numbers too.</summary>
    public required IReadOnlyDictionary<string, double> Measurements { get; init; }
}

/// <summary>A run ends.</summary>
public sealed record StopEvent : RunEventBody<StopMetadata>
{
    /// <summary>Final values, stored at the last step; duration_ms is how long the run took.</summary>
    public IReadOnlyDictionary<string, double>? Measurements { get; init; }
}

/// <summary>A checkpoint is saved.</summary>
public sealed record CheckpointEvent : RunEventBody<CheckpointMetadata>
{
    /// <summary>Metrics at that step.</summary>
    public IReadOnlyDictionary<string, double>? Measurements { get; init; }
}

/// <summary>A file is made.</summary>
public sealed record ArtifactEvent : RunEventBody<ArtifactMetadata>;

/// <summary>A line of the run's log.</summary>
public sealed record LogEvent : RunEventBody<LogMetadata>;

/// <summary>The run is alive, and how far it is.</summary>
public sealed record HeartbeatEvent : RunEventBody<HeartbeatMetadata>;

/// <summary>The run goes on as a new attempt, whose values replace earlier ones from a step on.</summary>
public sealed record ResumeEvent : RunEventBody<ResumeMetadata>;

/// <summary>An image, a recording, a text, a table or a histogram is logged.</summary>
public sealed record MediaEvent : RunEventBody<MediaMetadata>;

/// <summary>A sample of the sender's machine.</summary>
public sealed record SystemMetricEvent : ExternalEvent<EventMetadata>
{
    /// <summary>The run; the run system-(source) when left out.</summary>
    public string? TrialId { get; init; }

    /// <summary>Name to number, such as cpu_percent.</summary>
    public required IReadOnlyDictionary<string, double> Measurements { get; init; }
}

/// <summary>What any event may carry, whatever its kind, and whatever is the sender's own.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public record EventMetadata
{
    /// <summary>The attempt it belongs to, from 1; the run's latest when left out.</summary>
    [Range(1, int.MaxValue)]
    public int? Attempt { get; init; }

    /// <summary>Whether the run trains with spectral normalisation.</summary>
    public bool? SpectralNorm { get; init; }

    /// <summary>The run's hyperparameters: any JSON. The latest replaces what was known.</summary>
    public JsonElement? Hyperparams { get; init; }

    /// <summary>The same run's id in MLflow.</summary>
    public string? MlflowRunId { get; init; }
}

/// <summary>What ml.run.start carries.</summary>
public sealed record StartMetadata : EventMetadata
{
    /// <summary>What a person calls the run.</summary>
    public string? Name { get; init; }
}

/// <summary>What ml.run.metric carries.</summary>
public record StepMetadata : EventMetadata
{
    /// <summary>The step, from 0 to 2^53; each series' next one when neither step nor epoch is given.</summary>
    [Range(0, WholeNumber.Max)]
    public long? Step { get; init; }

    /// <summary>Taken as the step when there is none.</summary>
    public double? Epoch { get; init; }
}

/// <summary>What ml.run.stop carries.</summary>
public sealed record StopMetadata : StepMetadata
{
    /// <summary>Whether the run went well; true when neither success nor status is given.</summary>
    public bool? Success { get; init; }

    /// <summary>
    /// success, completed, failed, cancelled or interrupted, or one of the usual words for them; any other word makes the status unknown.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Epochs it completed.</summary>
    [Range(0, WholeNumber.Max)]
    public long? Epochs { get; init; }

    /// <summary>How long it took, in milliseconds; also taken from measurements.</summary>
    public double? DurationMs { get; init; }

    /// <summary>What a person should know about the end.</summary>
    public string? Message { get; init; }

    /// <summary>The class of failure: any word.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>Where the trained model lies; recorded as an artifact of the kind model.</summary>
    public string? ModelPath { get; init; }
}

/// <summary>What ml.run.checkpoint carries.</summary>
public sealed record CheckpointMetadata : StepMetadata
{
    /// <summary>Where it lies. Also taken as filepath.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it is the best so far.</summary>
    public bool? IsBest { get; init; }

    /// <summary>Its size in bytes.</summary>
    [Range(0, WholeNumber.Max)]
    public long? Size { get; init; }
}

/// <summary>What ml.run.artifact carries.</summary>
public sealed record ArtifactMetadata : EventMetadata
{
    /// <summary>Where it lies.</summary>
    public required string Path { get; init; }

    /// <summary>What it is: model, tokenizer, eval or any word.</summary>
    public string? Kind { get; init; }

    /// <summary>Its size in bytes.</summary>
    [Range(0, WholeNumber.Max)]
    public long? Size { get; init; }

    /// <summary>Its SHA-256 in hexadecimal.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>What ml.run.log carries.</summary>
public sealed record LogMetadata : EventMetadata
{
    /// <summary>debug, info, warning or error; info when left out.</summary>
    public string? Level { get; init; }

    /// <summary>The line.</summary>
    public required string Message { get; init; }
}

/// <summary>What ml.run.heartbeat carries.</summary>
public sealed record HeartbeatMetadata : StepMetadata
{
    /// <summary>Seconds within which the next event is due; after three times that long the run counts as interrupted.</summary>
    public double? ExpectNextIn { get; init; }

    /// <summary>Steps in all.</summary>
    [Range(0, WholeNumber.Max)]
    public long? TotalSteps { get; init; }

    /// <summary>Seconds until the end.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>What it is doing, in words.</summary>
    public string? Message { get; init; }
}

/// <summary>What ml.run.resume carries.</summary>
public sealed record ResumeMetadata : EventMetadata
{
    /// <summary>The first step the new attempt writes, from 0 to 2^53.</summary>
    [Range(0, WholeNumber.Max)]
    public required long Step { get; init; }
}

/// <summary>What ml.run.media carries. Either content or path is required.</summary>
public sealed record MediaMetadata : StepMetadata
{
    /// <summary>What it is.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>The name that items of several steps share.</summary>
    [StringLength(250, MinimumLength = 1)]
    public required string Name { get; init; }

    /// <summary>Its position among the items of one name and step; 0 when left out. An item sent again replaces the earlier one.</summary>
    [Range(0, MediaLimits.MaxIndex)]
    public int? Index { get; init; }

    /// <summary>What a person should know about it.</summary>
    [StringLength(MediaLimits.MaxCaption)]
    public string? Caption { get; init; }

    /// <summary>
    /// Of an image (PNG, JPEG, GIF, WebP) or audio (WAV, MP3, Ogg) the file in base64; of text the text; of a table an object of columns
    /// (names) and rows (lists of cells); of a histogram an object of edges and counts, or of values and bins.
    /// </summary>
    public JsonElement? Content { get; init; }

    /// <summary>An image or audio file of the run that was uploaded before, as the answer to the upload named it.</summary>
    [StringLength(MediaLimits.MaxPath)]
    public string? Path { get; init; }
}
