using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class RunActions
{
    /// <exception cref="TrainyardException">ILLEGAL_TRANSITION: it is locked.</exception>
    public static void RequireUnlocked(this Run run)
    {
        if (run.Locked)
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is locked. Unlock it first.");
        }
    }

    /// <summary>Marks it as deleted.</summary>
    /// <exception cref="TrainyardException">ILLEGAL_TRANSITION: it is locked or training.</exception>
    public static void Delete(this Run run, DateTimeOffset now)
    {
        run.RequireUnlocked();
        if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is training. Cancel it first.");
        }
        run.DeletedAt ??= now;
    }

    /// <summary>Cancels it, or asks its trainer to: a run that is <see cref="RunStatus.Running"/> then has to be told through Redis.</summary>
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
