using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.Training;

namespace Trainyard.ExperimentStore.Sweeps;

/// <summary>Creates the trial of a point and its run, in the transaction that locks the sweep.</summary>
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
            Announce(db, sweep, trial, plan.Hyperparameters(point));
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
            TrainApi.Store(db, trial.RunId, config, startPath, options.Value, clock.GetUtcNow());
            return;
        }
        // Valid values may form an invalid combination. Such a trial fails, and the sweep goes on.
        var run = NewRun(sweep, trial, RunKind.Own, RunStatus.Failed, plan.Hyperparameters(point));
        (run.ErrorKind, run.ErrorCode) = (ErrorKinds.UserInput, (code ?? ErrorCode.ConfigInvalid).WireName());
        run.Message = StorableText.Clean(string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message}")), 4096);
        run.Add(db, clock.GetUtcNow());
        trial.State = TrialOutcome.Failed;
        trial.Message = run.Message;
    }

    private void Announce(StoreContext db, Sweep sweep, SweepTrial trial, JsonObject hyperparameters)
    {
        var now = clock.GetUtcNow();
        NewRun(sweep, trial, RunKind.External, RunStatus.Queued, hyperparameters).Add(db, now);
        if (sweep.Trainer != Sweep.External)
        {
            db.Deliveries.Add(new Delivery
            {
                RunId = trial.RunId,
                Trainer = sweep.Trainer,
                Body = TrialOrder.Write(trial.RunId, sweep.ExperimentId, hyperparameters),
                DueAt = now,
            });
        }
    }

    private Run NewRun(Sweep sweep, SweepTrial trial, RunKind kind, RunStatus status, JsonObject hyperparameters)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = trial.RunId,
            Name = $"{sweep.ExperimentId} {trial.Number}",
            Kind = kind,
            Status = status,
            ExperimentId = sweep.ExperimentId,
            SpectralNorm = TrialOrder.SpectralNormOf(hyperparameters),
            Config = hyperparameters.ToJsonString(),
            CreatedAt = now,
            UpdatedAt = now,
            EndedAt = RunLife.IsOver(status) ? now : null,
        };
    }
}
