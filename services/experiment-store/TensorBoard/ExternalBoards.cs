using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.TensorBoard;

namespace Trainyard.ExperimentStore.TensorBoard;

/// <summary>
/// Keeps the event files of external runs up to date. A commit only notes which runs it changed; points are read from the database every
/// <c>TENSORBOARD__FLUSH_SECS</c>. So writing events never waits for files, and files that fell behind catch up.
/// </summary>
internal sealed class ExternalBoards(
    BoardSource source, ChangedRuns changed, IOptions<TensorBoardOptions> options, AppPaths paths, TimeProvider clock,
    ILogger<ExternalBoards> logger)
    : BackgroundService
{
    private const int MaxBoards = 10_000;

    // Finds the runs that other replicas changed, and those that this process missed while it was down.
    private static readonly TimeSpan ScanEvery = TimeSpan.FromSeconds(30);

    // A run's times are those of the start of a transaction, which commits later.
    private static readonly TimeSpan ScanOverlap = TimeSpan.FromMinutes(1);

    private readonly BoardFolder folder = new(options.Value.RootIn(paths));
    private readonly Dictionary<string, ExternalBoard> boards = new(StringComparer.Ordinal);
    // Up to then, the files are complete.
    private DateTimeOffset? completeUntil;
    private bool scanned;
    private bool failing;

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.External)
        {
            return;
        }
        using var timer = new PeriodicTimer(options.Value.FlushEvery, clock);
        do
        {
            try
            {
                await PassAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Fail(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var waiting = changed.Take();
        var complete = false;
        try
        {
            if (!folder.TryLock())
            {
                // Another process writes these files, and finds the runs by its scan.
                waiting.Clear();
                return;
            }
            var now = clock.GetUtcNow();
            completeUntil ??= folder.ReadTime() ?? now;
            var scans = !scanned || now - completeUntil >= ScanEvery;
            if (scans)
            {
                waiting.UnionWith(await source.ChangedSinceAsync(completeUntil.Value - ScanOverlap, cancellationToken));
            }
            complete = await UpdateAsync(waiting, now, cancellationToken);
            if (complete && scans)
            {
                folder.WriteTime(now);
                (completeUntil, scanned) = (now, true);
            }
        }
        finally
        {
            changed.Return(waiting);
        }
        if (complete && failing)
        {
            failing = false;
            logger.LogInformation("The TensorBoard files of external runs are complete again");
        }
    }

    /// <summary>Updates the files of runs, and removes from the set those that are done.</summary>
    private async Task<bool> UpdateAsync(HashSet<string> waiting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var runId in waiting.ToList())
        {
            try
            {
                await UpdateAsync(runId, now, cancellationToken);
                waiting.Remove(runId);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What the file holds is read again from the file.
                boards.Remove(runId);
                Fail(exception);
            }
        }
        return waiting.Count == 0;
    }

    private async Task UpdateAsync(string runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await source.RunAsync(runId, cancellationToken) is not { } run)
        {
            boards.Remove(runId);
            return;
        }
        if (!boards.TryGetValue(runId, out var board))
        {
            if (boards.Count == MaxBoards)
            {
                boards.Clear();
            }
            var runFolder = new LiveRunFolder(options.Value.FolderOf(paths, runId));
            boards[runId] = board = await ExternalBoard.OpenAsync(runFolder, cancellationToken);
        }
        await board.UpdateAsync(run, source, now, cancellationToken);
        if (run.Run.EndedAt is not null)
        {
            boards.Remove(runId);
        }
    }

    private void Fail(Exception exception)
    {
        if (failing)
        {
            return;
        }
        failing = true;
        logger.LogWarning(
            "The TensorBoard files of external runs in {Folder} (TENSORBOARD__LOG_DIR) can't be written now. They catch up later; "
            + "retrying every {Seconds} s: {Fault}",
            options.Value.RootIn(paths), options.Value.FlushEvery.TotalSeconds, exception.Message);
    }
}
