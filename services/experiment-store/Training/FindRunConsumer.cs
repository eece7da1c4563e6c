using MassTransit;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Training;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Messaging;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Answers workers, which have no database, whether a run exists.</summary>
internal sealed class FindRunConsumer(Database database) : IConsumer<FindRun>
{
    public async Task Consume(ConsumeContext<FindRun> context)
    {
        var id = context.Message.RunId;
        var exists = await database.ReadAsync(
            (db, token) => db.Runs.AnyAsync(run => run.Id == id && run.DeletedAt == null && !run.Removing, token),
            context.CancellationToken);
        await context.RespondInTimeAsync(new RunFound(id, exists));
    }
}
