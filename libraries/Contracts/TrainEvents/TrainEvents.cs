namespace Trainyard.Contracts.TrainEvents;

/// <summary>An attempt of a run starts to train.</summary>
public sealed record TrainStarted : TrainEvent
{
    /// <summary>Epochs in all; null if unknown.</summary>
    public long? TotalEpochs { get; init; }
}

/// <summary>How far a run is, at most once in <c>EVENTS__PROGRESS_SECONDS</c>.</summary>
public sealed record TrainProgress : TrainEvent
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Steps in all; null if unknown.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>The current epoch, from 1; null if unknown.</summary>
    public long? Epoch { get; init; }

    /// <summary>Epochs in all; null if unknown.</summary>
    public long? TotalEpochs { get; init; }

    /// <summary>Estimate of the remaining time, in seconds; null if unknown.</summary>
    public double? EtaSeconds { get; init; }
}

/// <summary>A batch was trained on; one in <c>EVENTS__BATCH_EVERY</c>.</summary>
public sealed record TrainBatch : TrainEvent
{
    /// <summary>The epoch, from 1; null if unknown.</summary>
    public long? Epoch { get; init; }

    /// <summary>Epochs in all; null if unknown.</summary>
    public long? TotalEpochs { get; init; }

    /// <summary>The batch within its epoch, from 1; the step of an external run.</summary>
    public required long Batch { get; init; }

    /// <summary>Batches in an epoch; null if unknown.</summary>
    public long? TotalBatches { get; init; }

    /// <summary>The loss of the batch; null if unknown.</summary>
    public double? BatchLoss { get; init; }

    /// <summary>Share of right answers in the batch; null where there are none, as for language models.</summary>
    public double? BatchAcc { get; init; }

    /// <summary>Mean loss of the epoch so far; null if unknown.</summary>
    public double? AvgLoss { get; init; }

    /// <summary>Sequences or examples per second; null if unknown.</summary>
    public double? SamplesPerSec { get; init; }
}

/// <summary>An epoch is complete.</summary>
public sealed record TrainEpoch : TrainEvent
{
    /// <summary>The epoch, from 1; as it is numbered by an external run.</summary>
    public required long Epoch { get; init; }

    /// <summary>Epochs in all; null if unknown.</summary>
    public long? TotalEpochs { get; init; }

    /// <summary>Mean training loss; null if unknown.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Share of right answers on held-out data; null where there are none, as for language models.</summary>
    public double? ValAcc { get; init; }

    /// <summary>Loss on held-out data; null if unknown.</summary>
    public double? ValLoss { get; init; }

    /// <summary>Perplexity on held-out text; null for other models.</summary>
    public double? ValPpl { get; init; }

    /// <summary>How long the epoch took, in seconds; null if unknown.</summary>
    public double? TimeS { get; init; }
}

/// <summary>The best scores on held-out data so far.</summary>
public sealed record TrainBest : TrainEvent
{
    /// <summary>The epoch, from 1; null if unknown.</summary>
    public long? Epoch { get; init; }

    /// <summary>Share of right answers on held-out data; null where there are none, as for language models.</summary>
    public double? ValAcc { get; init; }

    /// <summary>Loss on held-out data; null if unknown.</summary>
    public double? ValLoss { get; init; }

    /// <summary>Perplexity on held-out text; null for other models.</summary>
    public double? ValPpl { get; init; }
}

/// <summary>A file or a checkpoint of the run was saved.</summary>
public sealed record TrainArtifact : TrainEvent
{
    /// <summary>Its path below the run's folder; only its name if it is elsewhere.</summary>
    public required string Path { get; init; }
}

/// <summary>The files of a run were uploaded to <c>ARTIFACTS__STORE</c>, or could not be.</summary>
public sealed record TrainUpload : TrainEvent
{
    /// <summary>The HTTP status of the upload: 200 or 201 when all files are stored, else that of the file that failed; 0 without an
    /// answer.</summary>
    public required int Status { get; init; }

    /// <summary>Size of <c>model.safetensors</c>; null if it was not uploaded.</summary>
    public long? ModelBytes { get; init; }

    /// <summary>Size of <c>manifest.json</c>; null if it was not uploaded.</summary>
    public long? ManifestBytes { get; init; }
}

/// <summary>Old checkpoints were deleted.</summary>
public sealed record TrainPrune : TrainEvent
{
    /// <summary>How many.</summary>
    public required int DeletedCount { get; init; }
}

/// <summary>The run completed.</summary>
public sealed record TrainCompleted : TrainEvent
{
    /// <summary>Share of right answers of the best model on held-out data; null where there are none, as for language models.</summary>
    public double? ValAcc { get; init; }

    /// <summary>Loss of the best model on held-out data; null if unknown.</summary>
    public double? ValLoss { get; init; }

    /// <summary>Perplexity of the best model on held-out text; null for other models.</summary>
    public double? ValPpl { get; init; }
}

/// <summary>The run failed, and is not tried again.</summary>
public sealed record TrainFailed : TrainEvent
{
    /// <summary>Who can fix it.</summary>
    public required TrainErrorKind ErrorKind { get; init; }

    /// <summary>What failed, in a sentence without paths, keys and quoted text.</summary>
    public required string Message { get; init; }
}

/// <summary>The attempt stopped without a failure of the run.</summary>
public sealed record TrainStopped : TrainEvent
{
    /// <summary>Why.</summary>
    public required TrainStopReason Reason { get; init; }
}

/// <summary>Who can fix a failure.</summary>
public enum TrainErrorKind
{
    /// <summary>The config or the data is at fault.</summary>
    User,

    /// <summary>The program, the machine or something it depends on is at fault.</summary>
    System,
}

/// <summary>Why an attempt stopped without a failure.</summary>
public enum TrainStopReason
{
    /// <summary>A person paused it; it can be resumed.</summary>
    Paused,

    /// <summary>A person cancelled it.</summary>
    Cancelled,

    /// <summary>Its program was stopped or is gone; it can be resumed.</summary>
    Shutdown,

    /// <summary>Another attempt follows.</summary>
    Retry,
}
