using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>A checkpoint; <see cref="Available"/> says whether its files are here now, null where this machine can't look.</summary>
internal sealed record CheckpointView(
    string CheckpointId, string RunId, string Path, int Attempt, long? Step, bool IsBest, long? Size, string? Sha256, StoredJson? Metrics,
        StoredJson? Metadata, DateTimeOffset SavedAt,
    CheckpointValidation Validation, DateTimeOffset? CheckedAt, CheckpointFormat? Format, long? Tensors, long? Parameters, IReadOnlyList<string>? Problems, bool? Available)
{
    public static CheckpointView Of(Checkpoint checkpoint, CheckpointPaths paths) => new(
        checkpoint.Id, checkpoint.RunId, checkpoint.Path, checkpoint.Attempt, checkpoint.Step, checkpoint.IsBest, checkpoint.Size, checkpoint.Sha256,
        StoredJson.Of(checkpoint.Metrics), StoredJson.Of(checkpoint.Metadata), checkpoint.SavedAt, checkpoint.Validation,
            checkpoint.CheckedAt, checkpoint.Format, checkpoint.Tensors,
        checkpoint.Parameters, checkpoint.Problems is null ? null : checkpoint.ProblemTexts, paths.IsHere(checkpoint));
}

/// <param name="Path">A file or folder: below the run's artifacts, or anywhere in a folder of <c>CHECKPOINTS__ROOTS</c>.</param>
/// <param name="Filepath">The same as <paramref name="Path"/>, by another name.</param>
/// <param name="Step">After which step it was saved.</param>
/// <param name="IsBest">Whether it is the run's best so far.</param>
/// <param name="Metrics">Metrics at that step.</param>
/// <param name="Metadata">An object of whatever is to be kept with it.</param>
/// <param name="RequiredKeys">What it must hold: names of tensors or, in a file of PyTorch, texts of its pickle.</param>
/// <param name="Size">What its size must be, in bytes.</param>
/// <param name="Sha256">What its hash must be, in hexadecimal.</param>
internal sealed record NewCheckpoint(
    string? Path, string? Filepath, long? Step, bool IsBest, IReadOnlyDictionary<string, double>? Metrics, JsonElement? Metadata,
    IReadOnlyList<string>? RequiredKeys, long? Size, string? Sha256)
{
    private const int MaxMetrics = 1_000;
    private const int LongestName = 250;
    private const int LongestPath = 1_024;
    private const int LongestMetadata = 65_536;

    /// <summary>The path by whichever name it was given.</summary>
    [JsonIgnore]
    public string Place => Path ?? Filepath ?? "";

    public IEnumerable<Problem> Validate()
    {
        if (Place is not { Length: > 0 and <= LongestPath })
        {
            yield return new("path", $"must have 1 to {LongestPath} characters");
        }
        if (Path is not null && Filepath is not null && Path != Filepath)
        {
            yield return new("filepath", "contradicts path");
        }
        if (Step is { } step && !WholeNumber.IsStep(step))
        {
            yield return new("step", $"{WholeNumber.StepRule}, not {step}");
        }
        if (Metadata is { ValueKind: not JsonValueKind.Object })
        {
            yield return new("metadata", "must be an object");
        }
        else if (Metadata?.GetRawText().Length > LongestMetadata)
        {
            yield return new("metadata", $"must have at most {LongestMetadata} characters");
        }
        if (RequiredKeys is { Count: > MaxMetrics } || RequiredKeys?.Any(name => name is not { Length: > 0 and <= LongestName }) == true)
        {
            yield return new("required_keys", $"must be at most {MaxMetrics}, of 1 to {LongestName} characters");
        }
        if (Metrics is { Count: > MaxMetrics } || Metrics?.Keys.Any(name => name.Length is 0 or > LongestName) == true)
        {
            yield return new("metrics", $"must be at most {MaxMetrics}, with names of 1 to {LongestName} characters");
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

/// <param name="RunId">The run that starts from it; null for an external run's.</param>
/// <param name="Path">Where an external program finds it; null for our own trainer's.</param>
internal sealed record CheckpointLoaded(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? RunId, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Path);

/// <param name="CheckpointId">Which.</param>
/// <param name="FilesDeleted">How many files went with it.</param>
/// <param name="FilesKept">Whether its files stayed: they lie outside the run's own folder, or are not here.</param>
internal sealed record CheckpointDeleted(string CheckpointId, int FilesDeleted, bool FilesKept);
