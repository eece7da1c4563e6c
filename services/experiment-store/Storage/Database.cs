using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Reconciling;
using Trainyard.ExperimentStore.Sweeps;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>The way to the database: every write is one transaction, tried again when its failure will pass, and announced once it holds.</summary>
internal sealed class Database(
    StoreContexts contexts, IOptions<DatabaseOptions> options, SchemaMigration schema, AlertWatch alerts, LivePublisher live, WakeUpSender workers, FiredAlerts fired, SweepBell sweeps,
    StoreTelemetry telemetry, ILogger<Database> logger)
    : IDisposable
{
    private const int MostTries = 6;
    private const string IdleInTransactionTimeout = "25P03";

    // SQLite has one writer, and one that has to wait for it sleeps 150 ms at a time.
    private readonly SemaphoreSlim? writing = options.Value.Provider is DatabaseProvider.Sqlite ? new(1) : null;

    public async Task<T> WriteAsync<T>(Func<StoreContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await schema.ReadyAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var db = contexts.Open();
                var result = await CommitAsync(db, work, cancellationToken);
                live.Publish(db.Announcements);
                workers.Send(db.WakeUps);
                fired.Send(db.Fired);
                sweeps.Ring(db.Announcements);
                telemetry.Committed(db.Announcements);
                return result;
            }
            catch (Exception exception) when (IsTransient(exception))
            {
                if (tries == MostTries)
                {
                    throw Unavailable(exception);
                }
                logger.LogWarning("A transaction is tried again after {Fault}", exception.GetBaseException().Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(10, 40) << tries), cancellationToken);
            }
        }
    }

    public Task WriteAsync(Func<StoreContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async (db, token) =>
        {
            await work(db, token);
            return true;
        }, cancellationToken);

    public async Task<T> ReadAsync<T>(Func<StoreContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await schema.ReadyAsync(cancellationToken);
        try
        {
            await using var db = contexts.Open();
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await work(db, cancellationToken);
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            throw Unavailable(exception);
        }
    }

    public void Dispose() => writing?.Dispose();

    private async Task<T> CommitAsync<T>(StoreContext db, Func<StoreContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (writing is not null)
        {
            await writing.WaitAsync(cancellationToken);
        }
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Unspecified, cancellationToken);
            var result = await work(db, cancellationToken);
            await alerts.CheckAsync(db, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            writing?.Release();
        }
    }

    /// <summary>Whether the same transaction may well succeed next time: the server is away, or another replica was in the way.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => IsTransient(inner),
        // Both replicas met a run, an experiment or a series for the first time; the second try finds it there.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        // This process was stopped for a while in mid-transaction, and the server did not wait for it.
        PostgresException { SqlState: IdleInTransactionTimeout } => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED,
        DbException database => database.IsTransient,
        InvalidOperationException { InnerException: DbException inner } => IsTransient(inner),
        _ => false,
    };

    private static TrainyardException Unavailable(Exception exception) =>
        new(ErrorCode.BackendUnavailable, "The database does not answer.", exception) { RetryAfter = TimeSpan.FromSeconds(5) };
}
