using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;

namespace Trainyard.Contracts.Events;

/// <summary>
/// An event of a run, in Trainyard's own terms. Our trainer emits these; event-ingest translates the events of external jobs into them.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunStarted), "ml.run.start")]
[JsonDerivedType(typeof(MetricsLogged), "ml.run.metric")]
[JsonDerivedType(typeof(RunStopped), "ml.run.stop")]
[JsonDerivedType(typeof(CheckpointSaved), "ml.run.checkpoint")]
[JsonDerivedType(typeof(ArtifactSaved), "ml.run.artifact")]
[JsonDerivedType(typeof(LogWritten), "ml.run.log")]
[JsonDerivedType(typeof(RunHeartbeat), "ml.run.heartbeat")]
[JsonDerivedType(typeof(RunResumed), "ml.run.resume")]
[JsonDerivedType(typeof(SystemSampled), "ml.system.metric")]
[JsonDerivedType(typeof(MediaLogged), "ml.run.media")]
public abstract record RunEvent
{
    /// <summary>The event's id, set by the sender or generated when the event was accepted.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Whether the sender set <see cref="EventId"/>. Only such ids are used to detect duplicates.</summary>
    public bool SenderGaveId { get; init; }

    /// <summary>The run it belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The run's experiment, if the event names one.</summary>
    public string? ExperimentId { get; init; }

    /// <summary>Time by the sender's clock; time of acceptance if the sender set none.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The program that sent it.</summary>
    public string? Source { get; init; }

    /// <summary>The attempt of the run that emitted it; the run's latest when null.</summary>
    public int? Attempt { get; init; }

    /// <summary>Whether the run trains with spectral normalisation.</summary>
    public bool? SpectralNorm { get; init; }

    /// <summary>The run's hyperparameters: any JSON.</summary>
    public JsonElement? Hyperparams { get; init; }

    /// <summary>The same run's id in MLflow.</summary>
    public string? MlflowRunId { get; init; }

    /// <summary>The run's tags.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Whether the event also carries properties of the run, such as tags.</summary>
    [JsonIgnore]
    public bool DescribesRun => SpectralNorm is not null || Hyperparams is not null || MlflowRunId is not null || Tags is not null;
}

/// <summary>A run began, or its description became known.</summary>
public sealed record RunStarted : RunEvent
{
    /// <summary>The run's display name.</summary>
    public string? Name { get; init; }

    /// <summary>Free text.</summary>
    public string? Notes { get; init; }
}

/// <summary>Values of one or more series at one step.</summary>
public sealed record MetricsLogged : RunEvent
{
    /// <summary>The step; the series' next one when null.</summary>
    public long? Step { get; init; }

    /// <summary>Whether the step counts epochs, as of a job that logs once in each.</summary>
    public bool StepIsEpoch { get; init; }

    /// <summary>Name to value; NaN and infinities are values.</summary>
    public required IReadOnlyDictionary<string, double> Measurements { get; init; }
}

/// <summary>A run ended.</summary>
public sealed record RunStopped : RunEvent
{
    /// <summary>The final status: completed, failed, cancelled, interrupted or unknown.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Number of completed epochs.</summary>
    public long? Epochs { get; init; }

    /// <summary>Duration, in milliseconds.</summary>
    public double? DurationMs { get; init; }

    /// <summary>Why or how the run ended, in words.</summary>
    public string? Message { get; init; }

    /// <summary>The class of failure: <c>USER_INPUT</c>, <c>TRANSIENT</c>, <c>FATAL</c> for our trainer, anything for others.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>What failed, as one of the API's error codes.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Path of the trained model.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The step of <see cref="Measurements"/>; the last step the run has reached when null.</summary>
    public long? Step { get; init; }

    /// <summary>Final values.</summary>
    public IReadOnlyDictionary<string, double>? Measurements { get; init; }

    /// <summary>The series have the final values already, as those of an imported run do, so they are not logged again.</summary>
    public bool MeasurementsAreLogged { get; init; }
}

/// <summary>A training state was saved.</summary>
public sealed record CheckpointSaved : RunEvent
{
    /// <summary>Where; below the run's artifact folder for our own runs.</summary>
    public required string Path { get; init; }

    /// <summary>The step after which it was saved.</summary>
    public long? Step { get; init; }

    /// <summary>Whether it is the best so far.</summary>
    public bool IsBest { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Metrics at that step.</summary>
    public IReadOnlyDictionary<string, double>? Measurements { get; init; }

    /// <summary>Custom metadata of the sender: a JSON object.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>A file was saved.</summary>
public sealed record ArtifactSaved : RunEvent
{
    /// <summary>Where; below the run's artifact folder for our own runs.</summary>
    public required string Path { get; init; }

    /// <summary>The kind of file: <c>model</c>, <c>tokenizer</c>, <c>eval</c>, or any word.</summary>
    public string? Kind { get; init; }

    /// <summary>Size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A line of the run's log.</summary>
public sealed record LogWritten : RunEvent
{
    /// <summary><c>debug</c>, <c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The line.</summary>
    public required string Message { get; init; }
}

/// <summary>A sign of life of the run, with its progress.</summary>
public sealed record RunHeartbeat : RunEvent
{
    /// <summary>Seconds within which the next event is due.</summary>
    public double? ExpectNextIn { get; init; }

    /// <summary>Steps done.</summary>
    public long? Step { get; init; }

    /// <summary>Steps in all.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>The sender's estimate of the remaining time, in seconds.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>The current activity, in words.</summary>
    public string? Message { get; init; }
}

/// <summary>The run resumed from a step. From there on, this attempt's values replace those of earlier attempts.</summary>
public sealed record RunResumed : RunEvent
{
    /// <summary>The first step this attempt may write.</summary>
    public required long FromStep { get; init; }
}

/// <summary>A sample of the sender's machine.</summary>
public sealed record SystemSampled : RunEvent
{
    /// <summary>Name to value, such as <c>cpu_percent</c>.</summary>
    public required IReadOnlyDictionary<string, double> Measurements { get; init; }
}

/// <summary>An image, a recording, a text, a table or a histogram was logged.</summary>
public sealed record MediaLogged : RunEvent
{
    /// <summary>What it is.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>The name that items of several steps share.</summary>
    public required string Name { get; init; }

    /// <summary>The step; the next one of this name and kind when null.</summary>
    public long? Step { get; init; }

    /// <summary>Its position among the items of one name, kind and step.</summary>
    public int Index { get; init; }

    /// <summary>What a person should know about it.</summary>
    public string? Caption { get; init; }

    /// <summary>The MIME type of its content, recognised from the content; null if only <see cref="Path"/> is set.</summary>
    public string? ContentType { get; init; }

    /// <summary>Pixels of an image's row.</summary>
    public int? Width { get; init; }

    /// <summary>Rows of an image.</summary>
    public int? Height { get; init; }

    /// <summary>The file; UTF-8 of a text, and JSON of a table or histogram. Null if it was uploaded.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The uploaded file, below the run's artifact folder; null if <see cref="Content"/> is set.</summary>
    public string? Path { get; init; }
}
