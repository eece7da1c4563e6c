using System.Text.Json;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>Result of checking a checkpoint's files.</summary>
internal enum CheckpointValidation
{
    /// <summary>Not checked yet.</summary>
    Unchecked,

    /// <summary>Readable, with the registered size and hash, and structurally sound.</summary>
    Valid,

    /// <summary>Unusable; its problems say why.</summary>
    Invalid,

    /// <summary>The files did not exist when checked.</summary>
    Missing,

    /// <summary>Not accessible from this machine: in a bucket, or outside the folders it may read.</summary>
    Remote,

    /// <summary>Readable, but without tensors, or with a file of a format that can't be inspected.</summary>
    Unknown,
}

internal sealed class Checkpoint : IOfRun
{
    public required string Id { get; init; }

    public required string RunId { get; init; }

    public required string Path { get; init; }

    public int Attempt { get; set; }

    public long? Step { get; set; }

    public bool IsBest { get; set; }

    public long? Size { get; set; }

    /// <summary>Lower-case hexadecimal. For folders see <see cref="CheckpointFile.HashAsync"/>.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Metrics at its step, as JSON.</summary>
    public string? Metrics { get; set; }

    /// <summary>Custom data of its program, as JSON.</summary>
    public string? Metadata { get; set; }

    public DateTimeOffset SavedAt { get; set; }

    public CheckpointValidation Validation { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public CheckpointFormat? Format { get; set; }

    public long? Tensors { get; set; }

    public long? Parameters { get; set; }

    /// <summary>A JSON array of texts.</summary>
    public string? Problems { get; set; }

    public IReadOnlyList<string> ProblemTexts =>
        Problems is null ? [] : JsonSerializer.Deserialize<string[]>(Problems, WireJson.Options) ?? [];

    public void Record(CheckpointFindings findings, DateTimeOffset now)
    {
        (Validation, CheckedAt, Format) = (findings.Validation, now, findings.Report?.Format);
        (Tensors, Parameters) = (findings.Report?.Tensors, findings.Report?.Parameters);
        (Size, Sha256) = (Size ?? findings.Report?.Size, Sha256 ?? findings.Sha256);
        Problems = findings.Problems.Count == 0 ? null : JsonSerializer.Serialize(findings.Problems, WireJson.Options);
    }
}
