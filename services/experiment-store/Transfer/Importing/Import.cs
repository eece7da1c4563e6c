using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Transfer.Importing;

internal enum ImportFormat
{
    Trainyard,
    [JsonStringEnumMemberName("tensorboard")]
    TensorBoard,
    Neptune,
}

internal enum ImportState
{
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>A file or folder to be read into runs, and how far that is.</summary>
internal sealed class Import
{
    public required string Id { get; init; }

    public required ImportFormat Format { get; init; }

    public ImportState State { get; set; }

    /// <summary>Where it lies on this machine; null for an upload, which lies in the import's own folder.</summary>
    public string? Path { get; init; }

    /// <summary>The experiment for runs that name none.</summary>
    public string? ExperimentId { get; init; }

    /// <summary>By what steps with fractions are multiplied to become whole.</summary>
    public int StepMultiplier { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public long BytesTotal { get; set; }

    public long BytesRead { get; set; }

    /// <summary>Runs met.</summary>
    public int Runs { get; set; }

    /// <summary>Runs left alone because they are here already and came from no import.</summary>
    public int RunsSkipped { get; set; }

    /// <summary>Events stored, most of them points.</summary>
    public long Added { get; set; }

    /// <summary>Events an earlier import had stored.</summary>
    public long Repeated { get; set; }

    /// <summary>Things there is no place for here, such as images.</summary>
    public long Ignored { get; set; }

    /// <summary>What a person should know, a line each.</summary>
    public string? Notices { get; set; }

    public ErrorCode? ErrorCode { get; set; }

    public string? Message { get; set; }

    /// <summary>The process that reads it.</summary>
    public string? Worker { get; set; }

    /// <summary>Until when that process is believed to be alive.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>Which of a source's events a run holds, so that importing again adds only what is new.</summary>
internal sealed class ImportedPart : IOfRun
{
    public required string RunId { get; init; }

    /// <summary>A file, a series or another sequence whose events are numbered.</summary>
    public required string Part { get; init; }

    /// <summary>A <see cref="SequenceSet"/> as text.</summary>
    public required string Numbers { get; set; }
}
