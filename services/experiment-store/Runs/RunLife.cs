using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>The state machine of a run.</summary>
internal static class RunLife
{
    /// <remarks>Only a new attempt leaves a final status.</remarks>
    public static bool MayFollow(RunKind kind, RunStatus from, RunStatus to, bool newAttempt = false) => (kind, from, to) switch
    {
        (_, RunStatus.Queued, RunStatus.Running or RunStatus.Cancelled or RunStatus.Failed or RunStatus.Interrupted) => true,
        (_, RunStatus.Running, RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Interrupted) => true,
        (_, RunStatus.Interrupted, RunStatus.Failed or RunStatus.Cancelled) => true,

        (RunKind.Own, RunStatus.Interrupted or RunStatus.Failed or RunStatus.Cancelled, RunStatus.Queued) => newAttempt,

        // The job's earlier events are missing, or it counted as dead.
        (RunKind.External, RunStatus.Queued or RunStatus.Interrupted, RunStatus.Completed or RunStatus.Unknown) => true,
        (RunKind.External, RunStatus.Running, RunStatus.Unknown) => true,
        (RunKind.External, RunStatus.Interrupted, RunStatus.Running) => true,
        (RunKind.External, RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Unknown, RunStatus.Running) =>
            newAttempt,
        _ => false,
    };

    public static bool IsOver(RunStatus status) =>
        status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Unknown;

    /// <summary>Changes the status if the transition is allowed, and announces it.</summary>
    /// <returns>False if the transition is not allowed.</returns>
    public static bool TryMove(this Run run, StoreContext db, RunStatus to, DateTimeOffset now, bool newAttempt = false)
    {
        if (!MayFollow(run.Kind, run.Status, to, newAttempt))
        {
            return false;
        }
        var from = run.Status;
        run.Status = to;
        run.UpdatedAt = now;
        run.Silent = false;
        if (to is RunStatus.Running)
        {
            run.StartedAt ??= now;
        }
        run.EndedAt = IsOver(to) ? now : null;
        if (IsOver(to) || newAttempt)
        {
            run.Asked = null;
        }
        if (to is not RunStatus.Running)
        {
            run.EtaSeconds = null;
        }
        db.Outgoing.Add(new StatusChange(run.Id, from, to, run.Message) { Attempt = run.Attempt });
        db.Outgoing.Add(new RunMoved(run, from, to, run.Attempt));
        return true;
    }

    /// <summary>Changes the status, or throws ILLEGAL_TRANSITION if the transition is not allowed.</summary>
    public static void Move(this Run run, StoreContext db, RunStatus to, DateTimeOffset now, bool newAttempt = false)
    {
        var from = run.Status;
        if (!run.TryMove(db, to, now, newAttempt))
        {
            var unless = !newAttempt && MayFollow(run.Kind, from, to, newAttempt: true) ? " unless it is resumed" : "";
            throw new TrainyardException(
                ErrorCode.IllegalTransition, $"Run {run.Id} is {from.Name()} and can't become {to.Name()}{unless}.");
        }
    }
}
