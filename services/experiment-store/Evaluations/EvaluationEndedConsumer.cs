using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Evaluations;

/// <summary>Stores how an evaluation ended. The end of an attempt that is over already, or of one that was deleted, changes nothing.</summary>
internal sealed class EvaluationEndedConsumer(Database database, IOptions<RunOptions> options, TimeProvider clock) : IConsumer<EvaluationEnded>
{
    public async Task Consume(ConsumeContext<EvaluationEnded> context)
    {
        var ended = context.Message;
        await database.WriteAsync(async (db, token) =>
        {
            await db.LockRuns([ended.RunId]).LoadAsync(token);
            var evaluation = await db.Evaluations.SingleOrDefaultAsync(one => one.Id == ended.EvaluationId, token);
            if (evaluation is not { Status: RunStatus.Running } || evaluation.Attempt != ended.Attempt)
            {
                return;
            }
            var now = clock.GetUtcNow();
            switch (ended)
            {
                case { Metrics: { } metrics }:
                    evaluation.Complete(metrics, ended.Message, now);
                    break;
                case { ErrorKind: RunAttempts.Transient }:
                    evaluation.TryAgain(ended.Message, options.Value, now);
                    break;
                default:
                    evaluation.Fail(ended.Message, ended.ErrorKind ?? "FATAL", now);
                    break;
            }
        }, context.CancellationToken);
        await context.RespondInTimeAsync(new EvaluationRecorded(ended.EvaluationId));
    }
}
