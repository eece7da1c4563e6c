using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>How a run begins, ends and goes on: its attempts, and what becomes of it when one is over.</summary>
internal static class RunAttempts
{
    public const string Transient = "TRANSIENT";
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>Stores a new run with its first attempt.</summary>
    public static void Add(this Run run, StoreContext db, DateTimeOffset now)
    {
        db.Runs.Add(run);
        db.Attempts.Add(new RunAttempt { RunId = run.Id, Number = run.Attempt, StartedAt = now });
        db.Outgoing.Add(new StatusChange(run.Id, OldStatus: null, run.Status, run.Message) { Attempt = run.Attempt });
    }

    public static RunAttempt OpenAttempt(this Run run, StoreContext db, DateTimeOffset now, long? requestedStep = null)
    {
        run.Attempt++;
        run.WorkerId = null;
        var attempt = new RunAttempt { RunId = run.Id, Number = run.Attempt, StartedAt = now, RequestedStep = requestedStep };
        db.Attempts.Add(attempt);
        return attempt;
    }

    /// <summary>The sender says its run has ended. Message and class of failure are already set.</summary>
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
            case (RunKind.Own, RunStatus.Failed, not RunRequest.Cancel) when run.ErrorKind == Transient && run.TryMove(db, RunStatus.Interrupted, now):
                run.TryAgain(db, options, now);
                break;
            default:
                run.TryMove(db, how, now);
                break;
        }
    }

    /// <summary>The worker of a run is gone.</summary>
    public static void Abandon(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        if (run.Asked is RunRequest.Cancel)
        {
            run.Message = "cancelled";
            run.TryMove(db, RunStatus.Cancelled, now);
            return;
        }
        run.Message = run.Asked is RunRequest.Pause ? "paused" : "the worker that trained it is gone";
        if (run.TryMove(db, RunStatus.Interrupted, now) && run.Asked is null)
        {
            run.TryAgain(db, options, now);
        }
    }

    /// <summary>Queues the run as a new attempt that goes on from a checkpoint.</summary>
    public static void Queue(this Run run, StoreContext db, DateTimeOffset now, TimeSpan delay, long? requestedStep = null)
    {
        run.Move(db, RunStatus.Queued, now, newAttempt: true);
        run.OpenAttempt(db, now, requestedStep);
        run.OfferAt = now + delay;
        run.Offers = 0;
    }

    /// <summary>Offers a queued run to the workers, and again later unless one claims it.</summary>
    public static void Offer(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        db.Outgoing.Add(new TrainModel(run.Id, run.Attempt));
        run.OfferAt = now + Doubling(options.OfferAgainSeconds, run.Offers);
        run.Offers++;
    }

    private static void TryAgain(this Run run, StoreContext db, RunOptions options, DateTimeOffset now)
    {
        var advanced = run.Step is { } step && (run.ProgressStep is null || step > run.ProgressStep);
        run.StalledAttempts = advanced ? 0 : run.StalledAttempts + 1;
        run.ProgressStep = advanced ? run.Step : run.ProgressStep;
        if (run.StalledAttempts >= options.MaxStalledAttempts)
        {
            run.ErrorKind = Transient;
            run.Message = $"given up after {run.StalledAttempts} attempts that got no further{(run.Message is { } last ? $"; the last: {last}" : "")}";
            run.TryMove(db, RunStatus.Failed, now);
            return;
        }
        run.Queue(db, now, run.StalledAttempts == 0 ? TimeSpan.Zero : Doubling(options.RetrySeconds, run.StalledAttempts - 1));
    }

    public static TimeSpan Doubling(double seconds, int times) =>
        TimeSpan.FromSeconds(Math.Min(seconds * Math.Pow(2, Math.Min(times, 30)), LongestDelay.TotalSeconds));
}
