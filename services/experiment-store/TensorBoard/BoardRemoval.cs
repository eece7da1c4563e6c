using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>Deletes the event files that Trainyard wrote for a run, where this service has them on its disk.</summary>
internal sealed class BoardRemoval(IOptions<TensorBoardOptions> options, AppPaths paths, ILogger<BoardRemoval> logger) : IRemoval
{
    public Task RemoveRunAsync(string runId, CancellationToken cancellationToken)
    {
        if (options.Value.Enabled)
        {
            try
            {
                new LiveRunFolder(options.Value.FolderOf(paths, runId)).Delete();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("The TensorBoard files of {RunId} can't be deleted: {Fault}", runId, exception.Message);
            }
        }
        return Task.CompletedTask;
    }
}
