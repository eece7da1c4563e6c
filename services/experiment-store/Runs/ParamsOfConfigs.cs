using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Rewrites a run's parameters whenever its config is saved.</summary>
internal sealed class ParamsOfConfigs : SaveChangesInterceptor
{
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is StoreContext db)
        {
            await UpdateParamsAsync(db, cancellationToken);
        }
        return result;
    }

    private static async Task UpdateParamsAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var changed = db.ChangeTracker.Entries<Run>()
            .Where(run => run.State is EntityState.Added
                || (run.State is EntityState.Modified && run.Property(row => row.Config).IsModified))
            .ToList();
        foreach (var run in changed)
        {
            if (run.State is EntityState.Modified)
            {
                await db.Params.Where(param => param.RunId == run.Entity.Id).ExecuteDeleteAsync(cancellationToken);
                db.Params.Local.Where(param => param.RunId == run.Entity.Id).ToList()
                    .ForEach(param => db.Entry(param).State = EntityState.Detached);
            }
            db.Params.AddRange(RunParam.Of(run.Entity.Id, run.Entity.Config));
        }
    }
}
