using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>Assigns a queued evaluation to the first worker that claims it.</summary>
internal sealed class ClaimEvaluationConsumer(Database database, CheckpointPaths checkpoints, TimeProvider clock)
    : IConsumer<ClaimEvaluation>
{
    public async Task Consume(ConsumeContext<ClaimEvaluation> context)
    {
        var answer = await database.WriteAsync((db, token) => ClaimAsync(db, context.Message, clock.GetUtcNow(), token),
            context.CancellationToken);
        await (answer is EvaluationClaimed claimed
            ? context.RespondInTimeAsync(claimed)
            : context.RespondInTimeAsync((ClaimRefused)answer));
    }

    private async Task<object> ClaimAsync(StoreContext db, ClaimEvaluation claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The run's row is also the lock for its evaluations.
        var run = await db.LockRuns([claim.RunId]).SingleOrDefaultAsync(cancellationToken);
        var evaluation = await db.Evaluations.SingleOrDefaultAsync(
            row => row.Id == claim.EvaluationId && row.RunId == claim.RunId, cancellationToken);
        if (run is null or { DeletedAt: not null } or { Config: null } || evaluation is null)
        {
            return new ClaimRefused(claim.EvaluationId, "The evaluation does not exist.");
        }
        // A worker that lost the response claims again and keeps it.
        var again = evaluation is { Status: RunStatus.Running, WorkerId: { } holder } && holder == claim.WorkerId;
        if (evaluation.Attempt != claim.Attempt || (evaluation.Status is not RunStatus.Queued && !again))
        {
            return new ClaimRefused(claim.EvaluationId, $"The evaluation is {evaluation.Status.Name()}, in attempt {evaluation.Attempt}.");
        }
        var request = JsonSerializer.Deserialize<EvaluationRequest>(evaluation.Request, WireJson.Options)
            ?? throw new InvalidOperationException($"The stored request of evaluation {evaluation.Id} is empty.");
        var config = JsonSerializer.Deserialize<TrainingConfig>(run.Config, WireJson.Options)
            ?? throw new InvalidOperationException($"The stored config of run {run.Id} is empty.");
        var wanted = again ? evaluation.CheckpointId : request.CheckpointId;
        var checkpoint = await db.ToEvaluateAsync(checkpoints, run.Id, wanted, cancellationToken);
        if (checkpoint is null || checkpoints.FolderOf(checkpoint) is not { } folder)
        {
            evaluation.Fail("The checkpoint was deleted before a worker claimed the evaluation.", ErrorKinds.UserInput,
                ErrorCode.CheckpointInvalid.WireName(), now);
            return new ClaimRefused(claim.EvaluationId, "Its checkpoint is gone.");
        }
        if (!again)
        {
            (evaluation.CheckpointId, evaluation.Step) = (checkpoint.Id, checkpoint.Step);
            evaluation.Claim(claim.WorkerId, now);
        }
        return new EvaluationClaimed
        {
            EvaluationId = evaluation.Id,
            Attempt = evaluation.Attempt,
            RunId = run.Id,
            Config = config,
            CheckpointPath = folder,
            Step = checkpoint.Step ?? 0,
            RunAttempt = checkpoint.Attempt,
            Request = request,
        };
    }
}
