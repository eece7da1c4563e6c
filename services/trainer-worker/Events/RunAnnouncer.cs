using Microsoft.Extensions.Options;
using Trainyard.Contracts.TrainEvents;
using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.ServiceDefaults.TrainEvents;
using Trainyard.TrainerWorker.Training;

namespace Trainyard.TrainerWorker.Events;

/// <summary>Makes the announcers of runs.</summary>
internal sealed class RunAnnouncers(TrainEventPublisher publisher, IOptions<TrainEventOptions> settings, TimeProvider time)
{
    public RunAnnouncer For(RunClaimed run) => new(run, publisher, settings.Value, time);
}

/// <summary>
/// Publishes what happens to one run as training events, for programs that listen on Redis or on the event stream. Best effort: events that
/// must arrive go over the bus.
/// </summary>
internal sealed class RunAnnouncer(RunClaimed run, TrainEventPublisher publisher, TrainEventOptions options, TimeProvider time)
{
    // Files that are saved before training starts. They are told after it.
    private readonly List<TrainArtifact> early = [];
    private TrainingStarted? start;
    private long startedAt;
    private long? progressAt;

    public void Announce(TrainingEvent happened)
    {
        switch (happened)
        {
            case TrainingStarted started:
                (start, startedAt) = (started, time.GetTimestamp());
                Publish(new TrainStarted { TotalEpochs = started.TotalEpochs });
                PublishEarly();
                break;
            case StepMade step:
                Announce(step);
                break;
            case EpochCompleted epoch:
                Publish(new TrainEpoch
                {
                    Epoch = epoch.Epoch,
                    TotalEpochs = start?.TotalEpochs,
                    TrainLoss = epoch.TrainingLoss,
                    ValAcc = epoch.ValidationAccuracy,
                    ValLoss = epoch.ValidationLoss,
                    ValPpl = run.PerplexityOf(epoch.ValidationLoss),
                    TimeS = epoch.Duration.TotalSeconds,
                });
                break;
            case Evaluated { IsBest: true } best:
                Publish(new TrainBest
                {
                    Epoch = best.Epoch,
                    ValAcc = best.Scores.Accuracy,
                    ValLoss = best.Scores.Loss,
                    ValPpl = best.Scores.Perplexity,
                });
                break;
            case CheckpointWritten checkpoint:
                Publish(new TrainArtifact { Path = PublicText.PathOf(checkpoint.Path) });
                break;
            case ArtifactWritten artifact:
                early.Add(new TrainArtifact { Path = PublicText.PathOf(artifact.Path) });
                if (start is not null)
                {
                    PublishEarly();
                }
                break;
            case CheckpointsPruned pruned:
                Pruned(pruned.Count);
                break;
        }
    }

    public void Completed(TrainingState state) => Publish(new TrainCompleted
    {
        ValAcc = state.BestAccuracy,
        ValLoss = state.BestLoss,
        ValPpl = run.PerplexityOf(state.BestLoss),
    });

    /// <summary>The attempt stopped without a failure of the run.</summary>
    public void Stopped(TrainStopReason reason)
    {
        PublishEarly();
        Publish(new TrainStopped { Reason = reason });
    }

    public void Failed(bool userError, string message)
    {
        PublishEarly();
        Publish(new TrainFailed
        {
            ErrorKind = userError ? TrainErrorKind.User : TrainErrorKind.System,
            Message = PublicText.Message(message),
        });
    }

    /// <summary>The run's files were uploaded, or could not be.</summary>
    public void Uploaded(int status, long? modelBytes, long? manifestBytes) =>
        Publish(new TrainUpload { Status = status, ModelBytes = modelBytes, ManifestBytes = manifestBytes });

    public void Pruned(int deleted) => Publish(new TrainPrune { DeletedCount = deleted });

    private void Announce(StepMade step)
    {
        if (options.BatchEvery is > 0 and var every && step.Step % every == 0)
        {
            Publish(new TrainBatch
            {
                Epoch = step.Epoch,
                TotalEpochs = start?.TotalEpochs,
                Batch = step.Batch,
                TotalBatches = start?.StepsPerEpoch,
                BatchLoss = step.Loss,
                BatchAcc = step.Accuracy,
                AvgLoss = step.EpochLoss,
                SamplesPerSec = step.SamplesPerSecond,
            });
        }
        if (progressAt is not { } last || step.Step == start?.TotalSteps || time.GetElapsedTime(last) >= options.ProgressEvery)
        {
            progressAt = time.GetTimestamp();
            Publish(new TrainProgress
            {
                Step = step.Step,
                TotalSteps = start?.TotalSteps,
                Epoch = step.Epoch,
                TotalEpochs = start?.TotalEpochs,
                EtaSeconds = start is { } known && step.Step > known.FromStep
                    ? time.GetElapsedTime(startedAt).TotalSeconds / (step.Step - known.FromStep) * (known.TotalSteps - step.Step)
                    : null,
            });
        }
    }

    private void PublishEarly()
    {
        early.ForEach(Publish);
        early.Clear();
    }

    private void Publish(TrainEvent happened) => publisher.Publish(happened with
    {
        Group = run.Traits().EventGroup,
        UserId = run.Config.UserId,
        ModelId = $"{run.Config.ModelFamily}-{run.Config.ModelSize}",
        RunId = run.RunId,
        Ts = time.GetUtcNow(),
        Attempt = run.Attempt,
    });
}
