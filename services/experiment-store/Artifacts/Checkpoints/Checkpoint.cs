using System.Text.Json;
using Trainyard.CheckpointFiles;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

/// <summary>What is known of a checkpoint's files.</summary>
internal enum CheckpointValidation
{
    /// <summary>Nobody has looked yet.</summary>
    Unchecked,

    /// <summary>Present, readable, of the size and hash it was registered with, and sound by its structure.</summary>
    Valid,

    /// <summary>Not to be used: its problems say why.</summary>
    Invalid,

    /// <summary>Not there when it was looked for.</summary>
    Missing,

    /// <summary>Where this machine can't look: in a bucket, or outside the folders it may read.</summary>
    Remote,

    /// <summary>Of a format that can't be looked into: present and readable, and nothing more is known.</summary>
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

    /// <summary>Lower-case hexadecimal; of a folder, see <see cref="CheckpointFile.HashAsync"/>.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Metrics at that step: JSON.</summary>
    public string? Metrics { get; set; }

    /// <summary>What its program keeps with it: JSON.</summary>
    public string? Metadata { get; set; }

    public DateTimeOffset SavedAt { get; set; }

    public CheckpointValidation Validation { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public CheckpointFormat? Format { get; set; }

    public long? Tensors { get; set; }

    public long? Parameters { get; set; }

    /// <summary>A JSON array of texts.</summary>
    public string? Problems { get; set; }

    public IReadOnlyList<string> ProblemTexts => Problems is null ? [] : JsonSerializer.Deserialize<string[]>(Problems, WireJson.Options) ?? [];

    public void Take(CheckpointFindings findings, DateTimeOffset now)
    {
        (Validation, CheckedAt, Format) = (findings.Validation, now, findings.Report?.Format);
        (Tensors, Parameters) = (findings.Report?.Tensors, findings.Report?.Parameters);
        (Size, Sha256) = (Size ?? findings.Report?.Size, Sha256 ?? findings.Sha256);
        Problems = findings.Problems.Count == 0 ? null : JsonSerializer.Serialize(findings.Problems, WireJson.Options);
    }
}
