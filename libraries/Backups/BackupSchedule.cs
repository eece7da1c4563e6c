using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trainyard.Backups;

/// <summary>
/// Takes backups on a schedule, shares unchanged files with the previous one, and deletes the oldest. A failure is logged and retried.
/// Backups of a later time than now were taken while the clock was ahead. They delay no backup, and are deleted first.
/// Does nothing without <see cref="BackupOptions.Folder"/>.
/// </summary>
/// <param name="open">Opens the data folder for each backup; a <see cref="BackupException"/> from it is a failed backup.</param>
/// <param name="options">The folder, the interval and the number of backups to keep.</param>
/// <param name="time">The clock of the schedule.</param>
/// <param name="logger">Receives the result of each backup.</param>
public sealed class BackupSchedule(
    Func<Backup> open, IOptions<BackupOptions> options, TimeProvider time, ILogger<BackupSchedule> logger)
    : BackgroundService
{
    private const string Prefix = "trainyard-";
    private const string Unfinished = ".tmp-";
    private const string Time = "yyyyMMdd'T'HHmmssfff'Z'";
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(10);
    // The time of the next backup is computed again, in case the clock has been set.
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    private TimeSpan Every => options.Value.Every;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Folder is not { Length: > 0 } configured)
        {
            return;
        }
        var folder = Path.GetFullPath(configured);
        while (true)
        {
            var left = await NextAsync(folder, stoppingToken);
            await Task.Delay(left < MaxWait ? left : MaxWait, time, stoppingToken);
        }
    }

    /// <returns>The time until the next attempt.</returns>
    private async Task<TimeSpan> NextAsync(string folder, CancellationToken stopping)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var (known, now) = (Known(folder), time.GetUtcNow());
            if (known is [.., var last] && last.At <= now && last.At + Every - now is var left && left > TimeSpan.Zero)
            {
                return left;
            }
            var name = $"{Prefix}{now.ToString(Time, CultureInfo.InvariantCulture)}";
            var backup = open();
            var previous = known.Count > 0 ? known[^1].Folder : null;
            var taken = await Task.Run(() => backup.Take(Path.Combine(folder, name), previous, stopping), stopping);
            logger.LogInformation(
                "Backed up {Files} files, {Bytes} bytes of which {Shared} are shared, to {Folder}",
                taken.Files, taken.Bytes, taken.Shared, taken.Folder);
            Prune(folder);
            return Every;
        }
        catch (Exception exception) when (exception is BackupException or IOException or UnauthorizedAccessException)
        {
            var pause = Every < AfterFailure ? Every : AfterFailure;
            logger.LogError(exception, "The backup failed: {Reason} Next attempt in {Pause}", exception.Message, pause);
            return pause;
        }
    }

    private void Prune(string folder)
    {
        foreach (var (old, _) in Known(folder).SkipLast(options.Value.Keep))
        {
            // Rename first, so that a partly deleted backup doesn't look complete.
            var gone = Path.Combine(folder, Unfinished + Path.GetFileName(old));
            Directory.Move(old, gone);
            Directory.Delete(gone, recursive: true);
            logger.LogInformation("Deleted the backup {Folder}", old);
        }
        foreach (var left in Directory.GetDirectories(folder, $"{Unfinished}{Prefix}*"))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    /// <summary>Complete backups of this schedule: those of the future, then the others, oldest first.</summary>
    private List<(string Folder, DateTimeOffset At)> Known(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder, Prefix + "*")
            .Where(BackupManifest.IsIn)
            .Select(path => (path, Parsed: TryParseTime(Path.GetFileName(path)[Prefix.Length..], out var at), at))
            .Where(backup => backup.Parsed)
            .Select(backup => (backup.path, backup.at))
            .OrderBy(backup => backup.at <= time.GetUtcNow()).ThenBy(backup => backup.at),
    ];

    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
