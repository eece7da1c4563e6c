using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Notifier.Runs;

/// <summary>An epoch's scores.</summary>
internal sealed record EpochRow(long Epoch, double? TrainLoss, double? ValLoss, double? ValPpl, double? ValAcc, double? Seconds);

/// <summary>The upload of a run's files.</summary>
internal sealed record UploadState(int Status, long? ModelBytes, long? ManifestBytes);

/// <summary>
/// What messages say of a run. It holds names, numbers, codes and times only: neither text that a model read or wrote, nor paths.
/// </summary>
internal sealed record RunProgress
{
    private const int MaxEpochs = 50;

    public required string RunId { get; init; }

    public string? Name { get; init; }

    public string? ModelId { get; init; }

    public int Attempt { get; init; } = 1;

    public RunStatus Status { get; init; } = RunStatus.Running;

    public long? Epoch { get; init; }

    public long? TotalEpochs { get; init; }

    public long? Batch { get; init; }

    public long? TotalBatches { get; init; }

    public long? Step { get; init; }

    public long? TotalSteps { get; init; }

    public double? BatchLoss { get; init; }

    public double? AverageLoss { get; init; }

    public double? SamplesPerSecond { get; init; }

    public double? EtaSeconds { get; init; }

    /// <summary>The newest epochs, in order.</summary>
    public IReadOnlyList<EpochRow> Epochs { get; init; } = [];

    public EpochRow? Best { get; init; }

    public UploadState? Upload { get; init; }

    public int Pruned { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorKind { get; init; }

    public TrainStopReason? StopReason { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the run was last seen to make progress.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    public bool IsOver => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Unknown;

    /// <summary>How much of the run is done, from 0 to 1; null if unknown.</summary>
    public double? Fraction => this switch
    {
        { Status: RunStatus.Completed } => 1,
        { Step: { } step, TotalSteps: { } steps and > 0 } => Math.Clamp((double)step / steps, 0, 1),
        { Epoch: { } epoch, TotalEpochs: { } epochs and > 0, Batch: { } batch, TotalBatches: { } batches and > 0 } =>
            Math.Clamp((epoch - 1 + ((double)batch / batches)) / epochs, 0, 1),
        { Epochs: [.., { Epoch: var done }], TotalEpochs: { } all and > 0 } => Math.Clamp((double)done / all, 0, 1),
        _ => null,
    };

    /// <summary>The state after an event. An event of an attempt before the current one changes nothing.</summary>
    public RunProgress After(TrainEvent happened)
    {
        if (happened.Attempt < Attempt)
        {
            return this;
        }
        var now = this with { ModelId = happened.ModelId ?? ModelId, Attempt = happened.Attempt, SeenAt = happened.Ts };
        return happened switch
        {
            TrainStarted started => now with
            {
                Status = RunStatus.Running,
                TotalEpochs = started.TotalEpochs ?? TotalEpochs,
                StartedAt = StartedAt ?? started.Ts,
                EndedAt = null,
                StopReason = null,
                ErrorCode = null,
                ErrorKind = null,
            },
            TrainProgress progress => now.Running() with
            {
                Step = progress.Step,
                // The batches seen so far are those of an earlier epoch.
                Batch = progress.Epoch is { } current && current != Epoch ? null : Batch,
                TotalSteps = progress.TotalSteps ?? TotalSteps,
                Epoch = progress.Epoch ?? Epoch,
                TotalEpochs = progress.TotalEpochs ?? TotalEpochs,
                EtaSeconds = progress.EtaSeconds ?? EtaSeconds,
            },
            TrainBatch batch => now.Running() with
            {
                Epoch = batch.Epoch ?? Epoch,
                TotalEpochs = batch.TotalEpochs ?? TotalEpochs,
                Batch = batch.Batch,
                TotalBatches = batch.TotalBatches ?? TotalBatches,
                BatchLoss = batch.BatchLoss,
                AverageLoss = batch.AvgLoss ?? AverageLoss,
                SamplesPerSecond = batch.SamplesPerSec ?? SamplesPerSecond,
            },
            TrainEpoch epoch => now.Running() with
            {
                TotalEpochs = epoch.TotalEpochs ?? TotalEpochs,
                Epoch = epoch.Epoch,
                Epochs = WithEpoch(new(epoch.Epoch, epoch.TrainLoss, epoch.ValLoss, epoch.ValPpl, epoch.ValAcc, epoch.TimeS)),
            },
            TrainBest best => now with { Best = new(best.Epoch ?? Epoch ?? 0, null, best.ValLoss, best.ValPpl, best.ValAcc, null) },
            TrainUpload upload => now with { Upload = new(upload.Status, upload.ModelBytes, upload.ManifestBytes) },
            TrainPrune prune => now with { Pruned = Pruned + prune.DeletedCount },
            TrainCompleted completed => now with
            {
                Status = RunStatus.Completed,
                EndedAt = completed.Ts,
                EtaSeconds = null,
                Best = Best ?? Final(completed),
            },
            TrainFailed failed => now with
            {
                Status = RunStatus.Failed,
                EndedAt = failed.Ts,
                EtaSeconds = null,
                ErrorKind = failed.ErrorKind is TrainErrorKind.User ? ErrorKinds.UserInput : ErrorKind ?? ErrorKinds.Fatal,
            },
            TrainStopped stopped => now with
            {
                Status = stopped.Reason is TrainStopReason.Cancelled ? RunStatus.Cancelled : RunStatus.Interrupted,
                StopReason = stopped.Reason,
                EtaSeconds = null,
            },
            _ => now,
        };
    }

    /// <summary>An event that arrives late, such as the one of an upload, does not bring an ended run back.</summary>
    private RunProgress Running() => IsOver ? this : this with { Status = RunStatus.Running, StopReason = null };

    private List<EpochRow> WithEpoch(EpochRow row) => [.. Epochs.Where(known => known.Epoch < row.Epoch).TakeLast(MaxEpochs - 1), row];

    private EpochRow? Final(TrainCompleted completed) => completed is { ValAcc: null, ValLoss: null, ValPpl: null }
        ? null
        : new(Epoch ?? 0, null, completed.ValLoss, completed.ValPpl, completed.ValAcc, null);
}
