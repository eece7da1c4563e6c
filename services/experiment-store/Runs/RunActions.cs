using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class RunActions
{
    /// <exception cref="TrainyardException">ILLEGAL_TRANSITION: the run is locked.</exception>
    public static void RequireUnlocked(this Run run)
    {
        if (run.Locked)
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is locked. Unlock it first.");
        }
    }

    /// <summary>Marks the run as deleted.</summary>
    /// <exception cref="TrainyardException">ILLEGAL_TRANSITION: the run is locked or training.</exception>
    public static void Delete(this Run run, DateTimeOffset now)
    {
        run.RequireUnlocked();
        if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is training. Cancel it first.");
        }
        run.DeletedAt ??= now;
    }

    /// <summary>
    /// Cancels the run. One that is <see cref="RunStatus.Running"/> is only marked; the caller must set its flag in Redis.
    /// </summary>
    public static void Cancel(this Run run, StoreContext db, DateTimeOffset now)
    {
        if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
        {
            (run.Asked, run.Message, run.UpdatedAt) = (RunRequest.Cancel, "cancelling", now);
            return;
        }
        run.Move(db, RunStatus.Cancelled, now);
        run.Message = "cancelled";
    }
}
