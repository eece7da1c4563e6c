using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class RunLookup
{
    private const int MaxShownCharacters = 128;

    public static TrainyardException NoRun(string runId) => new(ErrorCode.RunNotFound, $"There is no run '{Shown(runId)}'.");

    public static TrainyardException NoExperiment(string id) => new(ErrorCode.DataNotFound, $"There is no experiment '{Shown(id)}'.");

    /// <summary>Reads the run and locks its row.</summary>
    public static async Task<Run> RunAsync(this StoreContext db, string runId, CancellationToken cancellationToken) =>
        await db.RunOrDeletedAsync(runId, cancellationToken) is { DeletedAt: null } run ? run : throw NoRun(runId);

    /// <summary>Reads the run and locks its row. Includes deleted runs that can be restored.</summary>
    public static async Task<Run> RunOrDeletedAsync(this StoreContext db, string runId, CancellationToken cancellationToken) =>
        await db.LockRuns(StorableText.Clean(runId, Identifier.MaxLength + 1)).SingleOrDefaultAsync(cancellationToken)
            is { Removing: false } run ? run : throw NoRun(runId);

    /// <summary>
    /// Requires a run to exist. <paramref name="orDeleted"/> accepts a deleted run that can be restored, since its events are still stored.
    /// </summary>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND.</exception>
    public static async Task RequireRunAsync(
        this StoreContext db, string runId, CancellationToken cancellationToken, bool orDeleted = false)
    {
        if (!Identifier.IsValid(runId)
            || !await db.Runs.AnyAsync(run => run.Id == runId && (run.DeletedAt == null || orDeleted) && !run.Removing, cancellationToken))
        {
            throw NoRun(runId);
        }
    }

    /// <summary>Requires a run that an external program reports over HTTP.</summary>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND, or ILLEGAL_TRANSITION for a run of Trainyard's trainer.</exception>
    public static async Task RequireOutsideRunAsync(
        this StoreContext db, string runId, string why, CancellationToken cancellationToken, bool orDeleted = false)
    {
        await db.RequireRunAsync(runId, cancellationToken, orDeleted);
        if (!await db.Runs.AnyAsync(run => run.Id == runId && run.Kind == RunKind.External, cancellationToken))
        {
            throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {runId} is trained by Trainyard: {why}.");
        }
    }

    private static string Shown(string id) => id.Length <= MaxShownCharacters ? id : id[..MaxShownCharacters] + "…";
}
