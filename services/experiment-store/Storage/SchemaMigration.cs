using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Migrates the database to this version's schema at startup, and reports readiness.</summary>
internal sealed class SchemaMigration(
    StoreContexts contexts, IOptions<DatabaseOptions> options, AppPaths paths, TimeProvider clock, FailedWrites failures,
    ILogger<SchemaMigration> logger)
    : BackgroundService, IHealthCheck
{
    private const long AdvisoryLock = 0x747261696e796172;
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the schema is up to date.</summary>
    public bool IsCompleted => migrated.Task.IsCompleted;

    /// <summary>Waits until the schema is up to date, or throws BACKEND_UNAVAILABLE after ten seconds.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await migrated.Task.WaitAsync(ReadyTimeout, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new TrainyardException(ErrorCode.BackendUnavailable, "The database is not ready yet. Try again.", exception)
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }
    }

    /// <summary>Waits until the schema is up to date.</summary>
    public Task CompletedAsync(CancellationToken cancellationToken) => migrated.Task.WaitAsync(cancellationToken);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!IsCompleted)
        {
            return new(context.Registration.FailureStatus, "Its schema is not up to date yet.");
        }
        await using var db = contexts.Open();
        return await db.Database.CanConnectAsync(cancellationToken) switch
        {
            false => new(context.Registration.FailureStatus, "It does not answer."),
            true when await IsReadOnlyAsync(db, cancellationToken) =>
                new(context.Registration.FailureStatus, "It takes no writes: is it a standby?"),
            _ when failures.Recently => new(context.Registration.FailureStatus, "It takes no writes: is its disk full?"),
            _ => HealthCheckResult.Healthy(),
        };
    }

    private async Task<bool> IsReadOnlyAsync(StoreContext db, CancellationToken cancellationToken) =>
        options.Value.Provider is DatabaseProvider.Postgres
        && await db.Database.SqlQuery<bool>($"""SELECT current_setting('transaction_read_only')::boolean AS "Value" """)
            .SingleAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await (options.Value.Provider is DatabaseProvider.Sqlite
                    ? MigrateSqliteAsync(stoppingToken)
                    : MigratePostgresAsync(stoppingToken));
                if (clock is DatabaseClock shared)
                {
                    await shared.FollowAsync(contexts, () => migrated.TrySetResult(), logger, stoppingToken);
                }
                migrated.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException && DatabaseFaults.IsOfTheServer(exception))
            {
                logger.LogWarning("Can't migrate the database yet; retrying every 2 s. The store is not ready until then: {Fault}",
                    exception.GetBaseException().Message);
                await Task.Delay(TimeSpan.FromSeconds(2), stoppingToken);
            }
        }
    }

    private async Task MigrateSqliteAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Value.File(paths)) ?? ".");
        await using var db = contexts.Open();
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        if (await db.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
        {
            // EF Core's lock is a row. A process killed while migrating leaves it behind, and the next one would wait forever.
            // One process holds the data folder, so a row found now is stale.
            await db.Database.ExecuteSqlAsync(
                $"""CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL)""",
                cancellationToken);
            await db.Database.ExecuteSqlAsync($"""DELETE FROM "__EFMigrationsLock" """, cancellationToken);
        }
        await db.Database.MigrateAsync(cancellationToken);
    }

    private async Task MigratePostgresAsync(CancellationToken cancellationToken)
    {
        await using var db = contexts.Open();
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken))
        {
            try
            {
                await creator.CreateAsync(cancellationToken);
            }
            catch (PostgresException exception) when (
                exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                logger.LogInformation("Another replica has just created the database");
            }
        }
        // No timeout: rewriting a table, or waiting for the replica that does, can take longer than a request may.
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SET statement_timeout = 0", cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            // DDL queues behind readers and blocks everyone after it, so cap the lock wait and retry.
            await db.Database.ExecuteSqlAsync($"SET lock_timeout = '5s'", cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }
}
