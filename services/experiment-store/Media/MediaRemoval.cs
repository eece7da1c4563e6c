using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Media;

/// <summary>Deletes the media of a run in chunks: together they may have gigabytes.</summary>
internal sealed class MediaRemoval(Database database) : IRemoval
{
    private const int Chunk = 50;

    public Task RemoveRunAsync(string runId, CancellationToken cancellationToken) => database.RepeatAsync(
        db => db.Database.ExecuteSqlAsync(
            $"DELETE FROM media WHERE id IN (SELECT id FROM media WHERE run_id = {runId} LIMIT {Chunk})", cancellationToken),
        cancellationToken);
}
