using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.TrainEvents;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ServiceDefaults.TrainEvents;

namespace Trainyard.ExperimentStore.Events.Announcements;

/// <summary>
/// Derives the training events of an external run from what it posts. Remembers only what thins them and what an epoch needs, so a restart
/// of the store costs no more than one early progress event and the start of an epoch.
/// </summary>
internal sealed class ExternalRun(TrainEventOptions options, TimeProvider time)
{
    private readonly EpochTracker epochs = new();
    private int attempt = 1;
    private Scores latest;
    private Scores final;
    private RunDescription? description;
    private long? progressAt;
    private long? batchStep;
    private long unnumbered;

    /// <summary>When it was last heard of, as a timestamp of the clock.</summary>
    public long HeardAt { get; private set; } = time.GetTimestamp();

    /// <summary>Group, user and model for the run's events.</summary>
    public RunDescription Describe(Run run) => description ??= RunDescription.Of(run);

    public IEnumerable<TrainEvent> Announce(RunReported reported)
    {
        HeardAt = time.GetTimestamp();
        var (run, happened) = reported;
        if (happened.Hyperparams is not null)
        {
            description = null;
        }
        return happened switch
        {
            MetricsLogged metrics => Announce(run, metrics),
            RunHeartbeat => Progress(run, run.Step),
            CheckpointSaved saved => Announce(saved),
            ArtifactSaved saved => [new TrainArtifact { Path = PublicText.PathOf(saved.Path) }],
            RunStopped stopped => Keep(stopped),
            _ => [],
        };
    }

    public IEnumerable<TrainEvent> Announce(RunMoved moved)
    {
        HeardAt = time.GetTimestamp();
        if (moved.To is RunStatus.Queued)
        {
            return [];
        }
        if (moved.To is RunStatus.Running)
        {
            if (moved.Attempt > attempt)
            {
                Restart();
            }
            (attempt, description) = (moved.Attempt, null);
            return [new TrainStarted { TotalEpochs = Describe(moved.Run).TotalEpochs }];
        }
        var ended = epochs.End().Select(epoch => Epoch(moved.Run, epoch));
        var scores = final.Over(latest);
        TrainEvent end = moved.To switch
        {
            RunStatus.Completed => new TrainCompleted { ValAcc = scores.ValAcc, ValLoss = scores.ValLoss, ValPpl = scores.ValPpl },
            RunStatus.Failed => RunFailures.Of(moved.Run),
            RunStatus.Cancelled => new TrainStopped { Reason = TrainStopReason.Cancelled },
            _ => new TrainStopped { Reason = TrainStopReason.Shutdown },
        };
        return [.. ended, end];
    }

    private IEnumerable<TrainEvent> Announce(Run run, MetricsLogged metrics)
    {
        var scores = Scores.Of(metrics.Measurements);
        latest = scores.Over(latest);
        var step = metrics.Step ?? ++unnumbered;
        var completed = metrics.StepIsEpoch ? epochs.Log(step, scores, metrics.Time)
            : scores.Epoch is { } at ? epochs.Reach(at, scores, metrics.Time)
            : epochs.Add(scores, metrics.Time);
        foreach (var epoch in completed)
        {
            yield return Epoch(run, epoch);
        }
        if (!metrics.StepIsEpoch && scores.HasTraining && IsBatchDue(step))
        {
            batchStep = step;
            yield return new TrainBatch
            {
                Epoch = epochs.Current,
                TotalEpochs = Describe(run).TotalEpochs,
                Batch = step,
                BatchLoss = scores.TrainLoss,
                BatchAcc = scores.TrainAcc,
                SamplesPerSec = scores.SamplesPerSec,
            };
        }
        foreach (var progress in Progress(run, metrics.Step ?? run.Step ?? step))
        {
            yield return progress;
        }
    }

    private IEnumerable<TrainEvent> Announce(CheckpointSaved saved)
    {
        yield return new TrainArtifact { Path = PublicText.PathOf(saved.Path) };
        if (saved.IsBest)
        {
            var scores = Scores.Of(saved.Measurements).Over(latest);
            yield return new TrainBest
            {
                Epoch = epochs.Current,
                ValAcc = scores.ValAcc,
                ValLoss = scores.ValLoss,
                ValPpl = scores.ValPpl,
            };
        }
    }

    private IEnumerable<TrainEvent> Progress(Run run, long? step)
    {
        if (step is not { } reached || (progressAt is { } last && time.GetElapsedTime(last) < options.ProgressEvery))
        {
            yield break;
        }
        progressAt = time.GetTimestamp();
        yield return new TrainProgress
        {
            Step = reached,
            TotalSteps = run.TotalSteps,
            Epoch = epochs.Current,
            TotalEpochs = Describe(run).TotalEpochs,
            EtaSeconds = run.EtaSeconds,
        };
    }

    private IEnumerable<TrainEvent> Keep(RunStopped stopped)
    {
        final = Scores.Of(stopped.Measurements);
        return [];
    }

    private TrainEpoch Epoch(Run run, CompletedEpoch epoch) => new()
    {
        Epoch = epoch.Number,
        TotalEpochs = Describe(run).TotalEpochs,
        TrainLoss = epoch.Scores.TrainLoss,
        ValAcc = epoch.Scores.ValAcc,
        ValLoss = epoch.Scores.ValLoss,
        ValPpl = epoch.Scores.ValPpl,
        TimeS = epoch.Seconds,
    };

    private bool IsBatchDue(long step) => options.BatchEvery is > 0 and var every
        && (batchStep is not { } last || step < last || step >= last + every);

    private void Restart()
    {
        epochs.Restart();
        (final, latest, batchStep, progressAt) = (default, default, null, null);
    }
}
