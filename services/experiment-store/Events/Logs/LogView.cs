using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

/// <summary>A line of a run's log.</summary>
internal sealed record LogView(long Id, DateTimeOffset Time, string Level, string Message, int Attempt)
{
    public static LogView Of(LogLine line) => new(line.Id, line.Time, line.Level, line.Message, line.Attempt);
}

internal static class LogQueries
{
    /// <summary>
    /// A run's lines after an id, oldest first. Writers lock the run's row, so ids increase in commit order and no line appears late.
    /// </summary>
    public static IQueryable<LogLine> LogAfter(this StoreContext db, string runId, long after) =>
        db.Logs.Where(line => line.RunId == runId && line.Id > after).OrderBy(line => line.Id);

    /// <summary>The run's status; null if there is no such run.</summary>
    public static Task<RunStatus?> StatusAsync(this StoreContext db, string runId, CancellationToken cancellationToken) =>
        db.Runs.Where(run => run.Id == runId && run.DeletedAt == null)
            .Select(run => (RunStatus?)run.Status).SingleOrDefaultAsync(cancellationToken);
}
