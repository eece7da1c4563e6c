using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.Notifier.Storage;

/// <summary>Migrates the notifier's tables at startup, and remembers the first start.</summary>
internal sealed class SchemaMigration(NotifierContexts contexts, AppPaths paths, TimeProvider clock, ILogger<SchemaMigration> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsCompleted => migrated.Task.IsCompletedSuccessfully;

    /// <summary>Waits until the tables are up to date.</summary>
    public Task CompletedAsync(CancellationToken cancellationToken) => migrated.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await MigrateAsync(stoppingToken);
                migrated.TrySetResult();
                return;
            }
            catch (Exception exception) when (
                exception.GetBaseException() is DbException or SocketException or IOException or TimeoutException)
            {
                logger.LogWarning("Can't migrate the notifier's tables yet; retrying every 2 s. No message is sent until then: {Fault}",
                    exception.GetBaseException().Message);
                await Task.Delay(RetryDelay, stoppingToken);
            }
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        if (db is SqliteContext)
        {
            Directory.CreateDirectory(paths.DataRoot);
        }
        await db.Database.MigrateAsync(cancellationToken);
        if (!await db.Bookmarks.AnyAsync(bookmark => bookmark.Name == Bookmark.FirstStart, cancellationToken))
        {
            db.Bookmarks.Add(new() { Name = Bookmark.FirstStart, Time = clock.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
        }
    }
}
