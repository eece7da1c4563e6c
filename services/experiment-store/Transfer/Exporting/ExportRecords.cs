using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Exporting;

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
[JsonDerivedType(typeof(ExportedLog), "log")]
[JsonDerivedType(typeof(ExportEnd), "end")]
internal abstract record ExportRecord;

internal sealed record ExportHeader(string Format, int Version, DateTimeOffset ExportedAt) : ExportRecord
{
    public const string FormatName = "trainyard";
    public const int CurrentVersion = 1;
}

internal sealed record ExportedExperiment(
    string ExperimentId, string Name, string? Description, StoredJson? SearchSpace, DateTimeOffset CreatedAt) : ExportRecord;

internal sealed record ExportedAttempt(int Number, long? FromStep, DateTimeOffset StartedAt);

internal sealed record ExportedRun(
    string RunId, string Name, RunStatus Status, string? Message, string? ErrorKind, string? ExperimentId, string? Source,
    bool? SpectralNorm, StoredJson? Params, string? Notes, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    long? Step, long? TotalSteps, long? Epochs, double? DurationMs, string? MlflowRunId,
    IReadOnlyDictionary<string, double>? FinalMetrics,
    IReadOnlyList<ExportedAttempt> Attempts) : ExportRecord
{
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
internal sealed record ExportedPoints(
    string RunId, string Series, string Resolution, IReadOnlyList<long> Seqs, IReadOnlyList<int> Attempts, IReadOnlyList<long> Steps,
    IReadOnlyList<long> Times, IReadOnlyList<double> Values) : ExportRecord;

internal sealed record ExportedCheckpoint(
    string RunId, string Path, int Attempt, long? Step, bool IsBest, long? Size, string? Sha256,
    IReadOnlyDictionary<string, double>? Metrics, StoredJson? Metadata, DateTimeOffset SavedAt) : ExportRecord;

internal sealed record ExportedArtifact(string RunId, string Path, string? Kind, long? Size, string? Sha256, DateTimeOffset SavedAt)
    : ExportRecord;

internal sealed record ExportedLog(string RunId, long Id, int Attempt, DateTimeOffset Time, string Level, string Message) : ExportRecord;

/// <summary>Marks a complete export.</summary>
internal sealed record ExportEnd(long Runs, long Points) : ExportRecord;
