using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Deletes a run: it disappears at once, its rows go in chunks so that neither memory nor a transaction grows with them, and
/// its files last. What a dead process left over is deleted by the reconciler.
/// </summary>
internal sealed class RunRemoval(Database database, AppPaths paths, TimeProvider clock)
{
    private const int Chunk = 20_000;
    private const int MostSeriesAtOnce = 500;

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            if (run is { Kind: RunKind.Own, Status: RunStatus.Running })
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {run.Id} is training. Cancel it first.");
            }
            run.DeletedAt = clock.GetUtcNow();
        }, cancellationToken);
        await FinishAsync(runId, CancellationToken.None);
    }

    /// <summary>Deletes what is left of a run marked as deleted.</summary>
    public async Task FinishAsync(string runId, CancellationToken cancellationToken)
    {
        await DeletePointsAsync(runId, cancellationToken);
        await RepeatAsync(db => db.Database.ExecuteSqlAsync($"""
            DELETE FROM summaries WHERE (series_id, level, bucket, attempt) IN (
                SELECT s.series_id, s.level, s.bucket, s.attempt FROM series one JOIN summaries s ON s.series_id = one.id WHERE one.run_id = {runId} LIMIT {Chunk})
            """, cancellationToken), cancellationToken);
        await RepeatAsync(db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken), cancellationToken);
        await database.WriteAsync(async (db, token) =>
        {
            await db.Series.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Checkpoints.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Artifacts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Tags.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertStates.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertFirings.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertRules.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Attempts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
        }, cancellationToken);
        var folder = paths.Model(runId);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        await database.WriteAsync((db, token) => db.Runs.Where(run => run.Id == runId && run.DeletedAt != null).ExecuteDeleteAsync(token), cancellationToken);
    }

    private async Task DeletePointsAsync(string runId, CancellationToken cancellationToken)
    {
        var series = await database.ReadAsync((db, token) => db.Series
            .Where(one => one.RunId == runId).OrderBy(one => one.Id).Select(one => new { one.Id, one.PointsStored }).ToListAsync(token), cancellationToken);
        var few = series.Where(one => one.PointsStored <= Chunk).ToList();
        foreach (var together in few.Chunk(MostSeriesAtOnce))
        {
            var taken = new List<long>();
            var points = 0L;
            foreach (var one in together)
            {
                if (points + one.PointsStored > Chunk)
                {
                    await DeleteAsync(taken);
                    (taken, points) = ([], 0);
                }
                taken.Add(one.Id);
                points += one.PointsStored;
            }
            await DeleteAsync(taken);
        }
        foreach (var many in series.Where(one => one.PointsStored > Chunk))
        {
            await DeleteByStepsAsync(many.Id, cancellationToken);
        }

        Task<int> DeleteAsync(List<long> ids) =>
            database.WriteAsync((db, token) => db.Points.Where(point => ids.Contains(point.SeriesId)).ExecuteDeleteAsync(token), cancellationToken);
    }

    /// <summary>From the first step up: starting over each time would walk past all that was deleted before.</summary>
    private async Task DeleteByStepsAsync(long seriesId, CancellationToken cancellationToken)
    {
        for (long? from = long.MinValue; from is not null;)
        {
            var start = from.Value;
            from = await database.WriteAsync(async (db, token) =>
            {
                var rest = db.Points.Where(point => point.SeriesId == seriesId && point.Step >= start);
                var last = await rest.OrderBy(point => point.Step).ThenBy(point => point.Seq).Skip(Chunk).Select(point => (long?)point.Step).FirstOrDefaultAsync(token);
                await rest.Where(point => last == null || point.Step <= last).ExecuteDeleteAsync(token);
                return last;
            }, cancellationToken);
        }
    }

    private async Task RepeatAsync(Func<StoreContext, Task<int>> deleteChunk, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync((db, _) => deleteChunk(db), cancellationToken) > 0)
        {
        }
    }
}
