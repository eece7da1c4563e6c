using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Search;

/// <summary>Adds the parameters of runs that were stored before there was a table of them.</summary>
internal sealed class MissingParams(Database database)
{
    private const int MostRuns = 200;

    public async Task AddAsync(CancellationToken cancellationToken)
    {
        for (string? after = ""; after is not null;)
        {
            var from = after;
            var without = await database.ReadAsync((db, token) => db.Runs
                .Where(run => string.Compare(run.Id, from) > 0 && run.Config != null && !run.Removing && !db.Params.Any(param => param.RunId == run.Id))
                .OrderBy(run => run.Id)
                .Take(MostRuns)
                .Select(run => run.Id)
                .ToArrayAsync(token), cancellationToken);
            if (without.Length > 0)
            {
                await database.WriteAsync((db, token) => AddAsync(db, without, token), cancellationToken);
            }
            after = without.Length == MostRuns ? without[^1] : null;
        }
    }

    private static async Task AddAsync(StoreContext db, string[] runIds, CancellationToken cancellationToken)
    {
        var runs = await db.LockRuns(runIds).ToListAsync(cancellationToken);
        // Another replica, or a change of the config, may have been quicker.
        var added = await db.Params.Where(param => runIds.Contains(param.RunId)).Select(param => param.RunId).Distinct().ToListAsync(cancellationToken);
        foreach (var run in runs.ExceptBy(added, run => run.Id, StringComparer.Ordinal).Where(run => !run.Removing))
        {
            db.Params.AddRange(RunParam.Of(run.Id, run.Config));
        }
    }
}
