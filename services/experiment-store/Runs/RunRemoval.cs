using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Checkpoints;
using Trainyard.ExperimentStore.Evaluations;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Importing;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Search;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>
/// Deletes a run for good, once the time to restore it is over or at once: nobody sees it any more, its rows go in chunks so
/// that neither memory nor a transaction grows with them, and its files last. What a dead process left over is taken up again.
/// </summary>
internal sealed class RunRemoval(
    Database database, ArtifactFiles files, RunStates states, IOptions<RunOptions> options, TimeProvider clock)
    : IMaintenanceJob
{
    // A few hundredths of a second of the one writer that SQLite has.
    private const int Chunk = 5_000;
    private const int ArchiveChunk = 100;
    private const int MostSeriesAtOnce = 500;
    private const int MostAtOnce = 100;
    private static readonly TimeSpan LeftOver = TimeSpan.FromMinutes(5);

    public string Name => "run removal";

    /// <summary>Deletes a run, which may be one that could still be restored.</summary>
    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunOrDeletedAsync(runId, token);
            run.Delete(clock.GetUtcNow());
            run.Removing = true;
        }, cancellationToken);
        await FinishAsync(runId, CancellationToken.None);
    }

    /// <summary>Removes runs and experiments that were deleted long enough ago, and what a dead process left half removed.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var (now, undo) = (clock.GetUtcNow(), TimeSpan.FromDays(options.Value.UndoDays));
        var (due, left) = (now - undo, now - LeftOver);
        var runs = await database.ReadAsync((db, token) => db.Runs
            .Where(run => run.DeletedAt != null && (run.DeletedAt <= due || (run.Removing && run.DeletedAt < left)))
            .OrderBy(run => run.DeletedAt)
            .Take(MostAtOnce)
            .Select(run => run.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in runs)
        {
            var begun = await database.WriteAsync(async (db, token) =>
                await db.LockRuns([id]).SingleOrDefaultAsync(token) is { DeletedAt: { } at } run && (run.Removing || at <= due) && (run.Removing = true), cancellationToken);
            if (begun)
            {
                await FinishAsync(id, cancellationToken);
            }
        }
        await RemoveExperimentsAsync(due, cancellationToken);
    }

    /// <summary>Experiments whose runs are gone, with what was about them.</summary>
    private async Task RemoveExperimentsAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var gone = await database.ReadAsync((db, token) => db.Experiments
            .Where(one => one.DeletedAt <= due && !db.Set<Run>().Any(run => run.ExperimentId == one.Id))
            .OrderBy(one => one.DeletedAt)
            .Take(MostAtOnce)
            .Select(one => one.Id)
            .ToListAsync(token), cancellationToken);
        foreach (var id in gone)
        {
            await database.WriteAsync(async (db, token) =>
            {
                if (await db.Experiments.Where(one => one.Id == id && one.DeletedAt <= due && !db.Set<Run>().Any(run => run.ExperimentId == one.Id)).ExecuteDeleteAsync(token) == 1)
                {
                    await db.SweepTrials.Where(trial => db.Set<Sweep>().Any(sweep => sweep.Id == trial.SweepId && sweep.ExperimentId == id)).ExecuteDeleteAsync(token);
                    await db.Sweeps.Where(sweep => sweep.ExperimentId == id).ExecuteDeleteAsync(token);
                    await db.AlertStates.Where(state => db.Set<AlertRule>().Any(rule => rule.Id == state.AlertId && rule.ExperimentId == id)).ExecuteDeleteAsync(token);
                    await db.AlertFirings.Where(firing => db.Set<AlertRule>().Any(rule => rule.Id == firing.AlertId && rule.ExperimentId == id)).ExecuteDeleteAsync(token);
                    await db.AlertRules.Where(rule => rule.ExperimentId == id).ExecuteDeleteAsync(token);
                }
            }, cancellationToken);
        }
    }

    /// <summary>Deletes what is left of a run whose removal has begun.</summary>
    private async Task FinishAsync(string runId, CancellationToken cancellationToken)
    {
        await DeleteMetricsAsync(runId, cancellationToken);
        await RepeatAsync(db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken), cancellationToken);
        await database.WriteAsync(async (db, token) =>
        {
            await db.Series.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Checkpoints.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Artifacts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Tags.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Params.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Evaluations.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertStates.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertFirings.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.AlertRules.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.ImportedParts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
            await db.Attempts.Where(row => row.RunId == runId).ExecuteDeleteAsync(token);
        }, cancellationToken);
        await RepeatAsync(db => RequestKeys.ForgetSomeAsync(db, runId, Chunk, cancellationToken), cancellationToken);
        await files.DeleteAllAsync(ArtifactFiles.Models, runId, "", cancellationToken);
        await states.ForgetAsync(runId);
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.Runs.Where(run => run.Id == runId && run.Removing).ExecuteDeleteAsync(token) == 1)
            {
                // Whoever still reported to the run held its row, so that by now its keys are seen: none outlives the run.
                await RequestKeys.ForgetAsync(db, runId, token);
            }
        }, cancellationToken);
    }

    private async Task DeleteMetricsAsync(string runId, CancellationToken cancellationToken)
    {
        var series = await database.ReadAsync((db, token) => db.Series
            .Where(one => one.RunId == runId).OrderBy(one => one.Id).Select(one => new { one.Id, one.PointsStored }).ToListAsync(token), cancellationToken);
        // Short series go together; a series has at most about a row more in all other tables for each point.
        var together = new List<long>();
        var points = 0L;
        foreach (var one in series.Where(one => one.PointsStored <= Chunk))
        {
            if (points + one.PointsStored > Chunk || together.Count == MostSeriesAtOnce)
            {
                await DeleteAsync(together, cancellationToken);
                (together, points) = ([], 0);
            }
            together.Add(one.Id);
            points += one.PointsStored;
        }
        await DeleteAsync(together, cancellationToken);
        foreach (var many in series.Where(one => one.PointsStored > Chunk))
        {
            await DeleteInOrderAsync(many.Id, "points", "step", "seq", cancellationToken);
            await DeleteInOrderAsync(many.Id, "summaries", "level", "bucket", cancellationToken);
            await DeleteInOrderAsync(many.Id, "minutes", "minute", "attempt", cancellationToken);
            await RepeatAsync(db => db.Archives.Where(row => row.SeriesId == many.Id).OrderBy(row => row.Id).Take(ArchiveChunk).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private async Task DeleteAsync(List<long> ids, CancellationToken cancellationToken) => await database.WriteAsync(async (db, token) =>
    {
        await db.Points.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Summaries.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Minutes.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
        await db.Archives.Where(row => ids.Contains(row.SeriesId)).ExecuteDeleteAsync(token);
    }, cancellationToken);

    /// <summary>From the first row up: starting over each time would walk past all that was deleted before.</summary>
    private async Task DeleteInOrderAsync(long seriesId, string table, string first, string second, CancellationToken cancellationToken)
    {
        for (var (from, more) = ((First: long.MinValue + 1, Second: long.MinValue + 1), true); more;)
        {
            var start = from;
            (from, more) = await database.WriteAsync(async (db, token) =>
            {
                var rest = string.Create(CultureInfo.InvariantCulture, $"FROM {table} WHERE series_id = {seriesId} AND ({first}, {second}) >= ({start.First}, {start.Second})");
                var next = start;
                var behind = false;
                await using (var find = db.Command($"SELECT {first}, {second} {rest} ORDER BY {first}, {second} LIMIT 1 OFFSET {Chunk}"))
                await using (var row = await find.ExecuteReaderAsync(token))
                {
                    if (await row.ReadAsync(token))
                    {
                        (next, behind) = ((Convert.ToInt64(row[0], CultureInfo.InvariantCulture), Convert.ToInt64(row[1], CultureInfo.InvariantCulture)), true);
                    }
                }
                var upTo = behind ? string.Create(CultureInfo.InvariantCulture, $" AND ({first}, {second}) < ({next.First}, {next.Second})") : "";
                await using var delete = db.Command($"DELETE {rest}{upTo}");
                await delete.ExecuteNonQueryAsync(token);
                return (next, behind);
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
