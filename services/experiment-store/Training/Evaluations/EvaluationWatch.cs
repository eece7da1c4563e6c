using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>The reconciler's part for evaluations: queues those whose worker died again, and repeats unclaimed offers.</summary>
internal sealed class EvaluationWatch(
    Database database, RunFlags flags, IOptions<RunOptions> options, TimeProvider clock, ILogger<EvaluationWatch> logger)
{
    private const int MaxAtOnce = 1000;

    // When an evaluation was first seen without a lease.
    private readonly Dictionary<string, DateTimeOffset> missing = new(StringComparer.Ordinal);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var open = await database.ReadAsync((db, token) => db.Evaluations.Open()
            .Where(evaluation => evaluation.Status == RunStatus.Running || evaluation.OfferAt == null || evaluation.OfferAt <= now)
            .OrderBy(evaluation => evaluation.CreatedAt)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        var running = open.Where(evaluation => evaluation.Status is RunStatus.Running).ToList();
        var gone = running.Count == 0 ? [] : await flags.WithoutLeaseAsync([.. running.Select(evaluation => evaluation.Id)]) ?? [];
        foreach (var known in missing.Keys.Where(id => !gone.Contains(id)).ToList())
        {
            missing.Remove(known);
        }
        foreach (var evaluation in running.Where(evaluation => gone.Contains(evaluation.Id)))
        {
            missing.TryAdd(evaluation.Id, now);
            if (now - missing[evaluation.Id] >= TimeSpan.FromSeconds(options.Value.LeaseGraceSeconds))
            {
                missing.Remove(evaluation.Id);
                logger.LogWarning("Evaluation {EvaluationId} is running, but no worker holds its lease; it is queued again", evaluation.Id);
                await ChangeAsync(evaluation, (_, held) => held.TryAgain("its worker lost the lease", options.Value, now),
                    cancellationToken);
            }
        }
        foreach (var evaluation in open.Where(evaluation => evaluation.Status is RunStatus.Queued))
        {
            await ChangeAsync(evaluation, (db, held) => held.Offer(db, options.Value, now), cancellationToken);
        }
    }

    /// <summary>Changes an evaluation if nothing else has changed it since it was read.</summary>
    private Task ChangeAsync(Evaluation seen, Action<StoreContext, Evaluation> change, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
    {
        var run = await db.LockRuns([seen.RunId]).SingleOrDefaultAsync(token);
        if (run is { DeletedAt: null } && await db.Evaluations.SingleOrDefaultAsync(row => row.Id == seen.Id, token) is { } held
            && (held.Status, held.Attempt, held.Offers) == (seen.Status, seen.Attempt, seen.Offers))
        {
            change(db, held);
        }
    }, cancellationToken);
}
