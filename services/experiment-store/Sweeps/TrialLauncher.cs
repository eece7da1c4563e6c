using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.Training;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>The run of a trial, as its trainer gets to know it.</summary>
internal sealed record TrialRun(string Id, string Name, string ExperimentId, JsonObject Hyperparameters);

/// <summary>Creates trials and their runs: those of a sweep in the transaction that locks it, and single ones.</summary>
internal sealed class TrialLauncher(TrainingInputs inputs, IOptions<RunOptions> options, TimeProvider clock)
{
    public async Task<SweepTrial> LaunchAsync(
        StoreContext db, Sweep sweep, SweepPlan plan, double[] point, string runId, string? askedWith, CancellationToken cancellationToken)
    {
        var trial = new SweepTrial
        {
            SweepId = sweep.Id,
            Number = sweep.Trials++,
            RunId = runId,
            Point = SweepPlan.PointText(point),
            AskedWith = askedWith,
        };
        db.SweepTrials.Add(trial);
        if (sweep.Trainer == Sweep.Own)
        {
            await QueueAsync(db, sweep, plan, trial, point, cancellationToken);
        }
        else
        {
            Announce(db, RunOf(sweep, trial, plan.Hyperparameters(point)), sweep.Trainer);
        }
        return trial;
    }

    private async Task QueueAsync(
        StoreContext db, Sweep sweep, SweepPlan plan, SweepTrial trial, double[] point, CancellationToken cancellationToken)
    {
        var (config, misfit) = InternalTrials.Config(plan, sweep.ExperimentId, point, trial.Number);
        var (code, problems, startPath) = config is null
            ? ((ErrorCode?)null, misfit is null ? [] : [misfit], null)
            : await TrainApi.CheckAsync(db, config, inputs, cancellationToken);
        if (config is not null && problems.Count == 0)
        {
            Queue(db, trial.RunId, config, startPath);
            return;
        }
        // Valid values may form an invalid combination. Such a trial fails, and the sweep goes on.
        var run = NewRun(RunOf(sweep, trial, plan.Hyperparameters(point)), RunKind.Own, RunStatus.Failed);
        (run.ErrorKind, run.ErrorCode) = (ErrorKinds.UserInput, (code ?? ErrorCode.ConfigInvalid).WireName());
        run.Message = StorableText.Clean(string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}")), 4096);
        run.Add(db, clock.GetUtcNow());
        trial.State = TrialOutcome.Failed;
        trial.Message = run.Message;
    }

    /// <summary>Queues a run of our own trainer with a checked config.</summary>
    public void Queue(StoreContext db, string runId, TrainingConfig config, string? startPath) =>
        TrainApi.Store(db, runId, config, startPath, options.Value, clock.GetUtcNow());

    /// <summary>Creates the run of another program's trial, with the order to a registered trainer.</summary>
    public void Announce(StoreContext db, TrialRun trial, string trainer)
    {
        var now = clock.GetUtcNow();
        NewRun(trial, RunKind.External, RunStatus.Queued).Add(db, now);
        if (trainer != Sweep.External)
        {
            db.Deliveries.Add(new Delivery
            {
                RunId = trial.Id,
                Trainer = trainer,
                Body = TrialOrder.Write(trial.Id, trial.ExperimentId, trial.Hyperparameters),
                DueAt = now,
            });
        }
    }

    private static TrialRun RunOf(Sweep sweep, SweepTrial trial, JsonObject hyperparameters) =>
        new(trial.RunId, $"{sweep.ExperimentId} {trial.Number}", sweep.ExperimentId, hyperparameters);

    private Run NewRun(TrialRun trial, RunKind kind, RunStatus status)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = trial.Id,
            Name = trial.Name,
            Kind = kind,
            Status = status,
            ExperimentId = trial.ExperimentId,
            SpectralNorm = TrialOrder.SpectralNormOf(trial.Hyperparameters),
            Config = trial.Hyperparameters.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
            EndedAt = RunLife.IsOver(status) ? now : null,
        };
    }
}
