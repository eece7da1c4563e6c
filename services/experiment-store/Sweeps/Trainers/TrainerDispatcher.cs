using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

/// <summary>
/// Delivers stored orders to their trainers at least once, across restarts. Every replica runs one. Incrementing the attempts of an order
/// claims it for a while.
/// </summary>
internal sealed class TrainerDispatcher(
    Database database, SealedSecrets secrets, SignedPosts posts, SweepSignals signals, IOptions<TrainerOptions> options,
    IOptions<SweepOptions> sweeps, TimeProvider clock, SettledClock settled, ILogger<TrainerDispatcher> logger) : BackgroundService
{
    public const string Unreachable = "TRAINER_UNREACHABLE";
    private const string TrialHeader = "X-Trainyard-Trial";
    private const int MaxAtOnce = 16;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = await DeliverAsync(stoppingToken) == MaxAtOnce;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Orders could not be delivered to trainers; retrying");
            }
            if (!more)
            {
                var (retry, check) = (options.Value.RetryDelay, sweeps.Value.CheckEvery);
                var pause = retry < check ? retry : check;
                await signals.Orders.WaitAsync(pause, stoppingToken);
            }
        }
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>How many orders were due.</returns>
    public async Task<int> DeliverAsync(CancellationToken cancellationToken)
    {
        var (now, settledNow) = (clock.GetUtcNow(), settled.Now);
        var due = await database.ReadAsync((db, token) => db.Deliveries
            .Where(order => order.TakenAt == null || order.DueAt <= settledNow || order.DueAt > now)
            .DueAsync(order => order.DueAt, MaxWait, order => order, now, MaxAtOnce, token), cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (order, token) => await DeliverAsync(order, token));
        return due.Count;
    }

    private async Task DeliverAsync(Delivery order, CancellationToken cancellationToken)
    {
        var claimed = await database.WriteAsync((db, token) => ClaimAsync(db, order, token), cancellationToken);
        if (claimed is not { } trainer)
        {
            return;
        }
        order.Attempts++;
        var answer = secrets.Open(trainer.Secret) is { } secret
            ? await posts.SendAsync(
                new(order.RunId, TrialHeader, trainer.Url, secret, order.Body), options.Value.Timeout,
                cancellationToken)
            : Answer.SecretLost;
        if (!answer.Taken)
        {
            logger.LogWarning("Trainer {Trainer} did not accept {RunId}: {Reason}", order.Trainer, order.RunId, answer.Reason);
        }
        await database.WriteAsync((db, token) => SettleAsync(db, order, answer, token), cancellationToken);
    }

    /// <summary>Claims an order and returns its trainer; null if there is nothing to send or another replica has it.</summary>
    private async Task<Trainer?> ClaimAsync(StoreContext db, Delivery order, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var run = await db.LockRuns([order.RunId]).SingleOrDefaultAsync(cancellationToken);
        var held = await db.Deliveries.SingleOrDefaultAsync(delivery => delivery.RunId == order.RunId, cancellationToken);
        if (held is null || held.Attempts != order.Attempts || !DueTimes.IsDue(held.DueAt, MaxWait(held), now))
        {
            return null;
        }
        if (run is not { DeletedAt: null, Status: RunStatus.Queued })
        {
            // The trial has started or was cancelled: there is nothing to send.
            db.Deliveries.Remove(held);
            return null;
        }
        if (held.TakenAt is not null && held.DueAt > now)
        {
            // The clock was ahead when the trainer accepted it. Its time to start counts from now.
            held.DueAt = now + MaxWait(held);
            return null;
        }
        if (held.TakenAt is not null)
        {
            Fail(db, run, held,
                $"trainer '{order.Trainer}' accepted the trial but did not start it within "
                + $"{options.Value.StartWithin.TotalSeconds} seconds");
            return null;
        }
        if (await db.Trainers.AsNoTracking()
            .SingleOrDefaultAsync(registered => registered.Name == order.Trainer, cancellationToken) is not { } trainer)
        {
            Fail(db, run, held, $"trainer '{order.Trainer}' is no longer registered");
            return null;
        }
        held.Attempts++;
        held.DueAt = now + MaxWait(held);
        return trainer;
    }

    private async Task SettleAsync(StoreContext db, Delivery order, Answer answer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var run = await db.LockRuns([order.RunId]).SingleOrDefaultAsync(cancellationToken);
        var held = await db.Deliveries.SingleOrDefaultAsync(delivery => delivery.RunId == order.RunId, cancellationToken);
        if (held is null)
        {
            return;
        }
        if (run is not { DeletedAt: null, Status: RunStatus.Queued })
        {
            db.Deliveries.Remove(held);
        }
        else if (answer.Taken)
        {
            (held.TakenAt, held.DueAt) = (now, now + options.Value.StartWithin);
        }
        else if (answer.Final || held.Attempts >= options.Value.MaxAttempts)
        {
            var attempts = answer.Final ? "" : $" in {held.Attempts} attempts";
            Fail(db, run, held, $"trainer '{order.Trainer}' did not accept the trial{attempts}: {answer.Reason}");
        }
        else
        {
            (held.LastError, held.DueAt) = (StorableText.CleanOrNull(answer.Reason, 1024), now + Delay(held.Attempts));
        }
    }

    private void Fail(StoreContext db, Run run, Delivery order, string message)
    {
        db.Deliveries.Remove(order);
        run.Message = StorableText.Clean(message, 1024);
        run.ErrorKind = Unreachable;
        run.TryMove(db, RunStatus.Failed, clock.GetUtcNow());
    }

    /// <summary>The longest time until an order is due again.</summary>
    private TimeSpan MaxWait(Delivery order) => order switch
    {
        { TakenAt: not null } => options.Value.StartWithin,
        { Attempts: 0 } => TimeSpan.Zero,
        _ => options.Value.Timeout + Delay(order.Attempts),
    };

    private TimeSpan Delay(int attempts) => DoublingPause.After(attempts - 1, options.Value.RetryDelay, MaxDelay);
}
