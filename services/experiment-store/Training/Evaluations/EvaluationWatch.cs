using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>The reconciler's part for evaluations: those whose worker died are queued again, those nobody claimed offered again.</summary>
internal sealed class EvaluationWatch(Database database, RunFlags flags, IOptions<RunOptions> options, TimeProvider clock, ILogger<EvaluationWatch> logger)
{
    private const int MaxAtOnce = 1000;

    // When an evaluation was first seen without a lease.
    private readonly Dictionary<string, DateTimeOffset> missing = new(StringComparer.Ordinal);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var open = await database.ReadAsync((db, token) => db.Evaluations.Open()
            .Where(one => one.Status == RunStatus.Running || one.OfferAt == null || one.OfferAt <= now)
            .OrderBy(one => one.CreatedAt)
            .Take(MaxAtOnce)
            .ToListAsync(token), cancellationToken);
        var running = open.Where(one => one.Status is RunStatus.Running).ToList();
        var gone = running.Count == 0 ? [] : await flags.WithoutLeaseAsync([.. running.Select(one => one.Id)]) ?? [];
        foreach (var known in missing.Keys.Where(id => !gone.Contains(id)).ToList())
        {
            missing.Remove(known);
        }
        foreach (var evaluation in running.Where(one => gone.Contains(one.Id)))
        {
            missing.TryAdd(evaluation.Id, now);
            if (now - missing[evaluation.Id] >= TimeSpan.FromSeconds(options.Value.LeaseGraceSeconds))
            {
                missing.Remove(evaluation.Id);
                logger.LogWarning("Evaluation {EvaluationId} is running, but no worker holds its lease", evaluation.Id);
                await ChangeAsync(evaluation, (_, held) => held.TryAgain("the worker that made it is gone", options.Value, now), cancellationToken);
            }
        }
        foreach (var evaluation in open.Where(one => one.Status is RunStatus.Queued))
        {
            await ChangeAsync(evaluation, (db, held) => held.Offer(db, options.Value, now), cancellationToken);
        }
    }

    /// <summary>Only if nothing has happened to it since it was seen.</summary>
    private Task ChangeAsync(Evaluation seen, Action<StoreContext, Evaluation> change, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        var run = await db.LockRuns([seen.RunId]).SingleOrDefaultAsync(token);
        if (run is { DeletedAt: null } && await db.Evaluations.SingleOrDefaultAsync(one => one.Id == seen.Id, token) is { } held
            && (held.Status, held.Attempt, held.Offers) == (seen.Status, seen.Attempt, seen.Offers))
        {
            change(db, held);
        }
    }, cancellationToken);
}
