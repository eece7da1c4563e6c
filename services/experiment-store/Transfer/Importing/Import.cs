using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>The format of the data to import.</summary>
internal enum ImportFormat
{
    Trainyard,
    [JsonStringEnumMemberName("tensorboard")]
    TensorBoard,
    Neptune,
    Mlflow,
}

/// <summary>How far an import is.</summary>
internal enum ImportState
{
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>A file or folder to import into runs, and its progress.</summary>
internal sealed class Import
{
    public required string Id { get; init; }

    public required ImportFormat Format { get; init; }

    public ImportState State { get; set; }

    /// <summary>Its path on this machine; null for an upload, which is in the import's folder.</summary>
    public string? Path { get; init; }

    /// <summary>The database to read instead, as <c>HOST:PORT/NAME</c>.</summary>
    public string? Database { get; init; }

    /// <summary>The address of <see cref="Database"/> with its password; null once the import has ended.</summary>
    public SealedText? DatabaseUri { get; set; }

    /// <summary>The folder on this machine with the files of a database's runs.</summary>
    public string? ArtifactsPath { get; init; }

    /// <summary>The experiment for runs that name none.</summary>
    public string? ExperimentId { get; init; }

    /// <summary>Multiplies fractional steps to make them whole.</summary>
    public int StepMultiplier { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public long BytesTotal { get; set; }

    public long BytesRead { get; set; }

    /// <summary>Runs found in the source.</summary>
    public int Runs { get; set; }

    /// <summary>Runs skipped because they already exist and are not from an import.</summary>
    public int RunsSkipped { get; set; }

    /// <summary>Events stored, most of them points.</summary>
    public long Added { get; set; }

    /// <summary>Events that an earlier import has stored.</summary>
    public long Repeated { get; set; }

    /// <summary>Unsupported data, such as images.</summary>
    public long Ignored { get; set; }

    /// <summary>Notices for the user, one per line.</summary>
    public string? Notices { get; set; }

    public ErrorCode? ErrorCode { get; set; }

    public string? Message { get; set; }

    /// <summary>The process that reads it.</summary>
    public string? Worker { get; set; }

    /// <summary>
    /// When the lease of that process expires, by its clock. Other processes only check whether it changes, since that clock may be wrong;
    /// 1970 means that the lease was released.
    /// </summary>
    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>Which events of a source a run already has, so that another import adds only new ones.</summary>
internal sealed class ImportedPart : IOfRun
{
    public required string RunId { get; init; }

    /// <summary>A file, a series or another sequence of numbered events.</summary>
    public required string Part { get; init; }

    /// <summary>A <see cref="SequenceSet"/> as text.</summary>
    public required string Numbers { get; set; }
}
