using System.Text.Json.Serialization;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;

namespace Trainyard.RunFormats.Json;

/// <summary>
/// An element of a Trainyard export: a JSON array that begins with <see cref="ExportHeader"/>, has each experiment and run before its
/// data, and ends with <see cref="ExportEnd"/>. See docs/export-import.md.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ExportHeader), "export")]
[JsonDerivedType(typeof(ExportedExperiment), "experiment")]
[JsonDerivedType(typeof(ExportedRun), "run")]
[JsonDerivedType(typeof(ExportedPoints), "points")]
[JsonDerivedType(typeof(ExportedCheckpoint), "checkpoint")]
[JsonDerivedType(typeof(ExportedArtifact), "artifact")]
[JsonDerivedType(typeof(ExportedMedia), "media")]
[JsonDerivedType(typeof(ExportedLog), "log")]
[JsonDerivedType(typeof(ExportEnd), "end")]
public abstract record ExportRecord;

/// <summary>The first element.</summary>
/// <param name="Format"><see cref="FormatName"/>.</param>
/// <param name="Version"><see cref="CurrentVersion"/>.</param>
/// <param name="ExportedAt">The time of the export.</param>
public sealed record ExportHeader(string Format, int Version, DateTimeOffset ExportedAt) : ExportRecord
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "trainyard";

    /// <summary>The version written and read.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>An experiment.</summary>
/// <param name="ExperimentId">Its id.</param>
/// <param name="Name">Its display name.</param>
/// <param name="Description">Free text.</param>
/// <param name="SearchSpace">JSON.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record ExportedExperiment(
    string ExperimentId, string Name, string? Description, [property: JsonConverter(typeof(RawJsonConverter))] string? SearchSpace,
    DateTimeOffset CreatedAt) : ExportRecord;

/// <summary>An attempt of a run.</summary>
/// <param name="Number">From 1.</param>
/// <param name="FromStep">The step it starts from; null if it never logged.</param>
/// <param name="StartedAt">When it started.</param>
public sealed record ExportedAttempt(int Number, long? FromStep, DateTimeOffset StartedAt);

/// <summary>A run; its data follows.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Name">Its display name.</param>
/// <param name="Status">Its state at the time of the export.</param>
/// <param name="Message">Why or how it ended, in words.</param>
/// <param name="ErrorKind">The class of failure.</param>
/// <param name="ExperimentId">Its experiment.</param>
/// <param name="Source">The program that reported it.</param>
/// <param name="SpectralNorm">Whether it trains with spectral normalisation.</param>
/// <param name="Params">Its hyperparameters: any JSON.</param>
/// <param name="Notes">Free text.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Step">The last step it has reached.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Epochs">Number of completed epochs.</param>
/// <param name="DurationMs">Duration, in milliseconds.</param>
/// <param name="MlflowRunId">The same run's id in MLflow.</param>
/// <param name="FinalMetrics">Final values by name.</param>
/// <param name="Attempts">Its attempts, by number.</param>
public sealed record ExportedRun(
    string RunId, string Name, RunStatus Status, string? Message, string? ErrorKind, string? ExperimentId, string? Source,
    bool? SpectralNorm, [property: JsonConverter(typeof(RawJsonConverter))] string? Params, string? Notes, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, long? Step, long? TotalSteps, long? Epochs, double? DurationMs,
    string? MlflowRunId, IReadOnlyDictionary<string, double>? FinalMetrics, IReadOnlyList<ExportedAttempt> Attempts) : ExportRecord
{
    /// <summary>What failed, as one of the API's error codes.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Its tags.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
}

/// <summary>Points of one series; the lists are equally long.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Series">The series.</param>
/// <param name="Resolution"><c>raw</c>, or <c>1m</c> if each point is the mean of a minute.</param>
/// <param name="Seqs">The position of each point in the order of arrival in its series.</param>
/// <param name="Attempts">The attempt that logged each point.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Times">Microseconds since 1970.</param>
/// <param name="Values">Numbers, or <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>.</param>
public sealed record ExportedPoints(
    string RunId, string Series, string Resolution, IReadOnlyList<long> Seqs, IReadOnlyList<int> Attempts, IReadOnlyList<long> Steps,
    IReadOnlyList<long> Times, IReadOnlyList<double> Values) : ExportRecord;

/// <summary>A checkpoint of a run, without its file.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Path">Where it was saved.</param>
/// <param name="Attempt">The attempt that saved it.</param>
/// <param name="Step">The step after which it was saved.</param>
/// <param name="IsBest">Whether it was the best at that time.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal.</param>
/// <param name="Metrics">Values by name at that step.</param>
/// <param name="Metadata">Custom metadata: a JSON object.</param>
/// <param name="SavedAt">When it was saved.</param>
public sealed record ExportedCheckpoint(
    string RunId, string Path, int Attempt, long? Step, bool IsBest, long? Size, string? Sha256,
    IReadOnlyDictionary<string, double>? Metrics, [property: JsonConverter(typeof(RawJsonConverter))] string? Metadata,
    DateTimeOffset SavedAt) : ExportRecord;

/// <summary>A file of a run, without its content.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Path">Where it was saved.</param>
/// <param name="Kind">The kind of file, any word.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal.</param>
/// <param name="SavedAt">When it was saved.</param>
public sealed record ExportedArtifact(string RunId, string Path, string? Kind, long? Size, string? Sha256, DateTimeOffset SavedAt)
    : ExportRecord;

/// <summary>An image, a recording, a text, a table or a histogram of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The name that items of several steps share.</param>
/// <param name="Step">The step.</param>
/// <param name="Index">Its position among the items of one name, kind and step.</param>
/// <param name="Attempt">The attempt that logged it.</param>
/// <param name="Time">When it was logged.</param>
/// <param name="Caption">What a person should know about it.</param>
/// <param name="Path">An uploaded file, without its content; null if there is <paramref name="Content"/>.</param>
/// <param name="Content">The file in base64; UTF-8 of a text and JSON of a table or histogram, in base64 too.</param>
public sealed record ExportedMedia(
    string RunId, MediaKind Kind, string Name, long Step, int Index, int Attempt, DateTimeOffset Time, string? Caption, string? Path,
    byte[]? Content) : ExportRecord;

/// <summary>A line of a run's log.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Id">Ascending within the run.</param>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Level"><c>debug</c>, <c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Message">The line.</param>
public sealed record ExportedLog(string RunId, long Id, int Attempt, DateTimeOffset Time, string Level, string Message) : ExportRecord;

/// <summary>The last element, which marks a complete export.</summary>
/// <param name="Runs">The number of runs.</param>
/// <param name="Points">The number of points.</param>
public sealed record ExportEnd(long Runs, long Points) : ExportRecord;
