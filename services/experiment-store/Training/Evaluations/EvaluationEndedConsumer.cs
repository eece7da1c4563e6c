using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Training.Evaluations;

/// <summary>
/// Stores the result of an evaluation and its events. An attempt that is over, or a deleted evaluation, is ignored; the response tells
/// whether the result counts.
/// </summary>
internal sealed class EvaluationEndedConsumer(Database database, EventWriter writer, IOptions<RunOptions> options, TimeProvider clock)
    : IConsumer<EvaluationEnded>
{
    public async Task Consume(ConsumeContext<EvaluationEnded> context)
    {
        var ended = context.Message;
        var counts = await database.WriteAsync(async (db, token) =>
        {
            await db.LockRuns([ended.RunId]).LoadAsync(token);
            var evaluation = await db.Evaluations.SingleOrDefaultAsync(row => row.Id == ended.EvaluationId, token);
            if (evaluation is null || evaluation.Attempt != ended.Attempt || evaluation.Status is not RunStatus.Running)
            {
                // A repeated message whose first response got lost still counts.
                return evaluation is { Status: RunStatus.Completed } && evaluation.Attempt == ended.Attempt;
            }
            var now = clock.GetUtcNow();
            switch (ended)
            {
                case { Metrics: { } metrics }:
                    evaluation.Complete(metrics, ended.Message, now);
                    break;
                case { ErrorKind: ErrorKinds.Transient }:
                    evaluation.TryAgain(ended.Message, ended.ErrorCode, options.Value, now);
                    break;
                default:
                    evaluation.Fail(ended.Message, ended.ErrorKind ?? ErrorKinds.Fatal, ended.ErrorCode, now);
                    break;
            }
            if (ended.Events is { Count: > 0 } events)
            {
                await writer.ApplyAsync(db, events, now, token);
            }
            return true;
        }, context.CancellationToken);
        await context.RespondInTimeAsync(new EvaluationRecorded(ended.EvaluationId) { Counts = counts });
    }
}
