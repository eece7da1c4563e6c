using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Assigns a queued run to the first worker that claims it.</summary>
internal sealed class ClaimRunConsumer(Database database, RunFlags flags, IOptions<RunOptions> options, TimeProvider clock)
    : IConsumer<ClaimRun>
{
    public async Task Consume(ConsumeContext<ClaimRun> context)
    {
        var answer = await database.WriteAsync((db, token) => ClaimAsync(db, context.Message, clock.GetUtcNow(), token),
            context.CancellationToken);
        if (answer is RunClaimed claimed)
        {
            await flags.ClearAsync(claimed.RunId);
            await context.RespondInTimeAsync(claimed);
        }
        else
        {
            await context.RespondInTimeAsync((ClaimRefused)answer);
        }
    }

    private async Task<object> ClaimAsync(StoreContext db, ClaimRun claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var run = await db.LockRuns([claim.RunId]).SingleOrDefaultAsync(cancellationToken);
        // A worker that lost the response claims again and keeps the run.
        var again = run is { Status: RunStatus.Running, WorkerId: { } holder } && holder == claim.WorkerId;
        switch (run)
        {
            case null or { DeletedAt: not null }:
                return new ClaimRefused(claim.RunId, "The run does not exist.");
            case { Kind: not RunKind.Own } or { Config: null }:
                return new ClaimRefused(claim.RunId, "Trainyard does not train this run.");
            case { Attempt: var attempt } when attempt != claim.Attempt:
                return new ClaimRefused(claim.RunId, $"The run is in attempt {attempt}, not {claim.Attempt}.");
            case { Status: not RunStatus.Queued } when !again:
                return new ClaimRefused(claim.RunId, $"The run is {run.Status.Name()}.");
        }
        var config = JsonSerializer.Deserialize<TrainingConfig>(run.Config, WireJson.Options)
            ?? throw new InvalidOperationException($"The stored config of run {run.Id} is empty.");
        if (!again)
        {
            run.WorkerId = StorableText.Clean(claim.WorkerId, 256);
            run.Message = null;
            run.LastHeartbeat = now;
            run.OfferAt = null;
            run.Move(db, RunStatus.Running, now);
        }
        var requested = await db.Attempts
            .Where(attempt => attempt.RunId == run.Id && attempt.Number == run.Attempt)
            .Select(attempt => attempt.RequestedStep).SingleAsync(cancellationToken);
        return new RunClaimed(run.Id, run.Attempt, config, Resume: run.Attempt > 1, requested, run.StartFromPath)
        {
            ReproducesRunId = run.ReproducesRunId,
            ProgressStep = run.ProgressStep,
            IsLastTry = run.StalledAttempts + 1 >= options.Value.MaxStalledAttempts,
        };
    }
}
