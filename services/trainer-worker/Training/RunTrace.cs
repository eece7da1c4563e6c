using System.Diagnostics;
using System.Globalization;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.Models.Training;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Training;

/// <summary>
/// The trace of a run's attempt: data preparation, then each epoch with its evaluations and checkpoints. Linked to the trace of the request
/// that queued the run.
/// </summary>
internal sealed class RunTrace : IDisposable
{
    private readonly TrainerTelemetry telemetry;
    private readonly ActivitySource source;
    private readonly Activity? run;
    private Activity? phase;
    private int epoch;
    private DateTimeOffset last;

    public RunTrace(TrainerTelemetry telemetry, ActivitySource source, RunClaimed claim, WorkCall call)
    {
        (this.telemetry, this.source) = (telemetry, source);
        run = source.StartActivity("train run", ActivityKind.Internal, parentContext: default,
            tags:
            [
                new("run_id", claim.RunId),
                new("attempt", claim.Attempt),
                new("request_id", call.RequestId),
                new("model_family", claim.Config.ModelFamily),
                new("model_size", claim.Config.ModelSize),
            ],
            links: call.Trace == default ? null : [new ActivityLink(call.Trace)]);
        phase = Start("prepare data", DateTimeOffset.UtcNow, run);
    }

    /// <summary>Called on the training thread.</summary>
    public void Observe(TrainingEvent happened)
    {
        telemetry.Count(happened);
        if (run is null)
        {
            return;
        }

        var now = DateTimeOffset.UtcNow;
        switch (happened)
        {
            case TrainingStarted started:
                run.SetTag("parameters", started.Parameters)
                    .SetTag("from_step", started.FromStep)
                    .SetTag("total_steps", started.TotalSteps);
                EndPhase(now);
                break;
            case StepMade step when step.Epoch != epoch:
                // An epoch's span ends at the first step of the next one, so that it includes the evaluation and checkpoint at its end.
                EndPhase(last);
                epoch = step.Epoch;
                phase = Start(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}"), last, run)?.SetTag("epoch", epoch);
                break;
            case EpochCompleted completed:
                phase?.SetTag("step", completed.Step).SetTag("loss", completed.TrainingLoss);
                break;
            case Evaluated evaluated:
                Add("evaluate", now - evaluated.Duration, now)?
                    .SetTag("step", evaluated.Step)
                    .SetTag("loss", evaluated.Scores.Loss)
                    .SetTag("scored", evaluated.Scores.Scored)
                    .Dispose();
                break;
            case CheckpointWritten written:
                Add("checkpoint", now - written.Duration, now)?
                    .SetTag("step", written.Step)
                    .SetTag("size", written.Size)
                    .SetTag("is_best", written.IsBest)
                    .Dispose();
                break;
        }
        last = now;
    }

    /// <summary>Records the attempt's outcome.</summary>
    public void End(RunStatus status, string message, string? errorKind)
    {
        telemetry.Ended(status, errorKind);
        run?.SetTag("status", status.ToString().ToLowerInvariant());
        if (status is RunStatus.Failed)
        {
            run?.SetTag("error_kind", errorKind).SetStatus(ActivityStatusCode.Error, message);
            phase?.SetStatus(ActivityStatusCode.Error, message);
        }
    }

    /// <summary>Starts a separate trace, linked to the run's, for delivering events.</summary>
    public Activity? StartDelivery()
    {
        Activity.Current = null;
        return run is null
            ? null
            : source.StartActivity("deliver events", ActivityKind.Internal, parentContext: default, links: [new(run.Context)]);
    }

    public void Dispose()
    {
        EndPhase(DateTimeOffset.UtcNow);
        run?.Dispose();
        telemetry.Left();
    }

    private void EndPhase(DateTimeOffset at)
    {
        phase?.SetEndTime(at.UtcDateTime);
        phase?.Dispose();
        phase = null;
    }

    private Activity? Add(string name, DateTimeOffset from, DateTimeOffset to) =>
        Start(name, from, phase ?? run)?.SetEndTime(to.UtcDateTime);

    // Phases don't become the current span: they may start and end on different threads.
    private Activity? Start(string name, DateTimeOffset from, Activity? parent)
    {
        if (parent is null)
        {
            return null;
        }
        var current = Activity.Current;
        var started = source.StartActivity(name, ActivityKind.Internal, parent.Context, startTime: from);
        Activity.Current = current;
        return started;
    }
}
