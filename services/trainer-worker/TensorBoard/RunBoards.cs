using Microsoft.Extensions.Options;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.TrainerWorker.TensorBoard;

/// <summary>Event files of the runs this worker trains.</summary>
internal sealed class RunBoards(IOptions<TensorBoardOptions> options, AppPaths paths, TimeProvider time, ILogger<RunBoard> logger)
{
    /// <returns>Null if <c>TENSORBOARD__ENABLED</c> is not set.</returns>
    public RunBoard? For(RunClaimed run) => options.Value is { Enabled: true } settings
        ? new(run, new LiveRunFolder(settings.FolderOf(paths, run.RunId)), settings, time, logger)
        : null;
}
