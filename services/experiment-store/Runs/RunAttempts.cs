using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Starts and ends the attempts of a run, and decides whether another one follows.</summary>
internal static class RunAttempts
{
    /// <summary>Stores a new run with its first attempt.</summary>
    public static void Add(this Run run, StoreContext db, DateTimeOffset now)
    {
        db.Runs.Add(run);
        db.Attempts.Add(new RunAttempt { RunId = run.Id, Number = run.Attempt, StartedAt = now });
        db.Outgoing.Add(new StatusChange(run.Id, OldStatus: null, run.Status, run.Message) { Attempt = run.Attempt });
        db.Outgoing.Add(new RunMoved(run, From: null, run.Status, run.Attempt));
    }

    public static RunAttempt OpenAttempt(this Run run, StoreContext db, DateTimeOffset now, long? requestedStep = null)
    {
        run.Attempt++;
        run.WorkerId = null;
        var attempt = new RunAttempt { RunId = run.Id, Number = run.Attempt, StartedAt = now, RequestedStep = requestedStep };
        db.Attempts.Add(attempt);
        return attempt;
    }

    /// <summary>Ends the run as its sender reports. <c>Message</c> and <c>ErrorKind</c> are already set.</summary>
    public static void End(this Run run, StoreContext db, RunStatus how, RunOptions options, DateTimeOffset now)
    {
        switch (run.Kind, how, run.Asked)
        {
            case (RunKind.External, RunStatus.Interrupted, _):
                run.TryMove(db, how, now);
                run.Silent = false;
                break;
            case (RunKind.Own, RunStatus.Interrupted, RunRequest.Cancel):
                run.TryMove(db, RunStatus.Cancelled, now);
                break;
            case (RunKind.Own, RunStatus.Interrupted, RunRequest.Pause):
                run.Message ??= "paused";
                run.TryMove(db, RunStatus.Interrupted, now);
                break;
            case (RunKind.Own, RunStatus.Interrupted, _) when run.TryMove(db, RunStatus.Interrupted, now):
                run.Queue(db, now, TimeSpan.Zero);
                break;
            case (RunKind.Own, RunStatus.Failed, not RunRequest.Cancel)
                when run.ErrorKind == ErrorKinds.Transient && run.TryMove(db, RunStatus.Interrupted, now):
                run.Retry(db, options, now);
                break;
            default:
                run.TryMove(db, how, now);
                break;
        }
    }

    /// <summary>Ends an attempt whose worker has lost its lease.</summary>
    public static void Abandon(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        if (run.Asked is RunRequest.Cancel)
        {
            run.Message = "cancelled";
            run.TryMove(db, RunStatus.Cancelled, now);
            return;
        }
        run.Message = run.Asked is RunRequest.Pause ? "paused" : "the worker that trained it has stopped responding";
        if (run.TryMove(db, RunStatus.Interrupted, now) && run.Asked is null)
        {
            run.Retry(db, options, now);
        }
    }

    /// <summary>Queues a new attempt that resumes from a checkpoint.</summary>
    public static void Queue(this Run run, StoreContext db, DateTimeOffset now, TimeSpan delay, long? requestedStep = null)
    {
        run.Move(db, RunStatus.Queued, now, newAttempt: true);
        run.OpenAttempt(db, now, requestedStep);
        run.OfferAt = now + delay;
        run.Offers = 0;
    }

    /// <summary>Whether a queued run is to be offered now.</summary>
    public static bool IsToBeOffered(this Run run, RunOptions options, DateTimeOffset now) =>
        DueTimes.IsDue(run.OfferAt, run.OfferDelay(options), now);

    /// <summary>The delay of a queued run's next offer.</summary>
    public static TimeSpan OfferDelay(this Run run, RunOptions options) => run switch
    {
        { Offers: > 0 } => options.OfferPause(run.Offers - 1),
        { StalledAttempts: > 0 } => options.RetryPause(run.StalledAttempts - 1),
        _ => TimeSpan.Zero,
    };

    /// <summary>Offers a queued run to the workers, and schedules the next offer in case none claims it.</summary>
    public static void Offer(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        db.Outgoing.Add(new TrainModel(run.Id, run.Attempt));
        run.OfferAt = now + options.OfferPause(run.Offers);
        run.Offers++;
    }

    private static void Retry(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        var advanced = run.Step is { } step && (run.ProgressStep is null || step > run.ProgressStep);
        run.StalledAttempts = advanced ? 0 : run.StalledAttempts + 1;
        run.ProgressStep = advanced ? run.Step : run.ProgressStep;
        if (run.StalledAttempts >= options.MaxStalledAttempts)
        {
            run.ErrorKind = ErrorKinds.Transient;
            run.ErrorCode ??= ErrorCode.ModelTrainFailed.WireName();
            run.Message =
                $"gave up after {run.StalledAttempts} attempts without progress{(run.Message is { } last ? $"; last error: {last}" : "")}";
            run.TryMove(db, RunStatus.Failed, now);
            return;
        }
        run.Queue(db, now, run.StalledAttempts == 0 ? TimeSpan.Zero : options.RetryPause(run.StalledAttempts - 1));
    }
}
