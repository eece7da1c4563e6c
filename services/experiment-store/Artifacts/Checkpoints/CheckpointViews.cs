using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>A checkpoint. <see cref="Available"/> is true if its files exist, null if this machine can't access them.</summary>
internal sealed record CheckpointView(
    string CheckpointId, string RunId, string Path, int Attempt, long? Step, bool IsBest, long? Size, string? Sha256,
    StoredJson? Metrics, StoredJson? Metadata, DateTimeOffset SavedAt,
    CheckpointValidation Validation, DateTimeOffset? CheckedAt, CheckpointFormat? Format, long? Tensors, long? Parameters,
    IReadOnlyList<string>? Problems, bool? Available)
{
    public static CheckpointView Of(Checkpoint checkpoint, CheckpointPaths paths) => new(
        checkpoint.Id, checkpoint.RunId, checkpoint.Path, checkpoint.Attempt, checkpoint.Step, checkpoint.IsBest,
        checkpoint.Size, checkpoint.Sha256, StoredJson.Of(checkpoint.Metrics), StoredJson.Of(checkpoint.Metadata), checkpoint.SavedAt,
        checkpoint.Validation, checkpoint.CheckedAt, checkpoint.Format, checkpoint.Tensors, checkpoint.Parameters,
        checkpoint.Problems is null ? null : checkpoint.ProblemTexts, paths.IsHere(checkpoint));
}

/// <summary>A checkpoint to register for a run.</summary>
/// <param name="Path">A file or folder, below the run's artifacts or in a folder of <c>CHECKPOINTS__ROOTS</c>.</param>
/// <param name="Filepath">Alias of <paramref name="Path"/>.</param>
/// <param name="Step">The step after which it was saved.</param>
/// <param name="IsBest">True if it is the run's best so far.</param>
/// <param name="Metrics">Metrics at that step.</param>
/// <param name="Metadata">An object with custom data.</param>
/// <param name="RequiredKeys">Names of tensors that it must contain or, for a PyTorch file, strings of its pickle.</param>
/// <param name="Size">Expected size in bytes.</param>
/// <param name="Sha256">Expected SHA-256, in hexadecimal.</param>
internal sealed record NewCheckpoint(
    string? Path, string? Filepath,
    [property: Range(0, WholeNumber.Max)] long? Step,
    bool IsBest, IReadOnlyDictionary<string, double>? Metrics, JsonElement? Metadata, IReadOnlyList<string>? RequiredKeys,
    [property: Range(0, WholeNumber.Max)] long? Size,
    string? Sha256)
{
    private const int MaxMetrics = 1_000;
    private const int MaxNameCharacters = 250;
    private const int MaxPathCharacters = 1_024;
    private const int MaxMetadataCharacters = 65_536;

    /// <summary>The path, given as <c>path</c> or <c>filepath</c>.</summary>
    [JsonIgnore]
    public string Place => Path ?? Filepath ?? "";

    public IEnumerable<Problem> Validate()
    {
        if (Place is not { Length: > 0 and <= MaxPathCharacters })
        {
            yield return new("path", $"must have 1 to {MaxPathCharacters} characters");
        }
        if (Path is not null && Filepath is not null && Path != Filepath)
        {
            yield return new("filepath", "must equal path if both are given");
        }
        if (Step is { } step && !WholeNumber.IsStep(step))
        {
            yield return new("step", $"{WholeNumber.StepRule}, not {step}");
        }
        if (Metadata is { ValueKind: not JsonValueKind.Object })
        {
            yield return new("metadata", "must be an object");
        }
        else if (Metadata?.GetRawText().Length > MaxMetadataCharacters)
        {
            yield return new("metadata", $"must have at most {MaxMetadataCharacters} characters");
        }
        if (RequiredKeys is { Count: > MaxMetrics }
            || RequiredKeys?.Any(name => name is not { Length: > 0 and <= MaxNameCharacters }) == true)
        {
            yield return new("required_keys", $"must have at most {MaxMetrics} entries of 1 to {MaxNameCharacters} characters");
        }
        if (Metrics is { Count: > MaxMetrics } || Metrics?.Keys.Any(name => name.Length is 0 or > MaxNameCharacters) == true)
        {
            yield return new("metrics", $"must have at most {MaxMetrics} entries, with names of 1 to {MaxNameCharacters} characters");
        }
        if (Size is < 0 or > WholeNumber.Max)
        {
            yield return new("size", WholeNumber.Rule(0));
        }
        if (Sha256 is not null && (Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigit)))
        {
            yield return new("sha256", "must be 64 hexadecimal digits");
        }
    }
}

/// <summary>The run that starts from the checkpoint, or the path for an external program.</summary>
/// <param name="RunId">The run that starts from it; null for a checkpoint of an external run.</param>
/// <param name="Path">The path for an external program; null for a checkpoint of Trainyard's trainer.</param>
internal sealed record CheckpointLoaded(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? RunId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Path);

/// <summary>What was deleted with a checkpoint.</summary>
/// <param name="CheckpointId">The checkpoint.</param>
/// <param name="FilesDeleted">The number of deleted files.</param>
/// <param name="FilesKept">True if its files were kept, because they are outside the run's folder or not on this machine.</param>
internal sealed record CheckpointDeleted(string CheckpointId, int FilesDeleted, bool FilesKept);
