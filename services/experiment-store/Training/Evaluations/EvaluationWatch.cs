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

    private readonly MissingLeases missing = new(options.Value, clock);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await LostAsync(now, cancellationToken);
        var due = await database.ReadAsync((db, token) => db.Evaluations
            .Where(evaluation => evaluation.Status == RunStatus.Queued)
            .DueAsync(
                evaluation => evaluation.OfferAt, evaluation => evaluation.OfferDelay(options.Value), evaluation => evaluation,
                now, MaxAtOnce, token), cancellationToken);
        foreach (var evaluation in due)
        {
            await ChangeAsync(evaluation, (db, held) => held.Offer(db, options.Value, now), cancellationToken);
        }
    }

    /// <summary>Queues evaluations whose lease has been missing for longer than the grace.</summary>
    private async Task LostAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var running = await database.ReadAsync((db, token) => db.Evaluations
            .Where(evaluation => evaluation.Status == RunStatus.Running)
            .OrderBy(evaluation => evaluation.CreatedAt)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        if (await flags.WithoutLeaseAsync([.. running.Select(evaluation => evaluation.Id)]) is not { } gone)
        {
            missing.Clear();
            return;
        }
        var abandoned = missing.Abandoned(
            [.. running.Where(evaluation => gone.Contains(evaluation.Id)).Select(evaluation => (evaluation.Id, evaluation.Attempt))]);
        foreach (var evaluation in running.Where(evaluation => abandoned.Contains(evaluation.Id)))
        {
            logger.LogWarning("Evaluation {EvaluationId} is running, but no worker holds its lease; it is queued again", evaluation.Id);
            await ChangeAsync(
                evaluation, (_, held) => held.TryAgain("its worker lost the lease", errorCode: null, options.Value, now),
                cancellationToken);
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
