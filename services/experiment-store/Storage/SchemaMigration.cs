using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Brings the database to this version's schema when the store starts, and reports whether it is.</summary>
internal sealed class SchemaMigration(
    StoreContexts contexts, IOptions<DatabaseOptions> options, AppPaths paths, TimeProvider clock, FailedWrites failures,
    ILogger<SchemaMigration> logger)
    : BackgroundService, IHealthCheck
{
    private const long AdvisoryLock = 0x747261696e796172;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns once the schema is there; gives up after a while so that a caller gets an answer.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await migrated.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new TrainyardException(ErrorCode.BackendUnavailable, "The database is not ready yet.", exception) { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }

    /// <summary>Returns once the schema is there.</summary>
    public Task CompletedAsync(CancellationToken cancellationToken) => migrated.Task.WaitAsync(cancellationToken);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!migrated.Task.IsCompleted)
        {
            return new(context.Registration.FailureStatus, "Its schema is not up to date yet.");
        }
        await using var db = contexts.Open();
        return await db.Database.CanConnectAsync(cancellationToken) switch
        {
            false => new(context.Registration.FailureStatus, "It does not answer."),
            true when await IsReadOnlyAsync(db, cancellationToken) => new(context.Registration.FailureStatus, "It takes no writes: is it a standby?"),
            _ when failures.Lately => new(context.Registration.FailureStatus, "It takes no writes: is its disk full?"),
            _ => HealthCheckResult.Healthy(),
        };
    }

    private async Task<bool> IsReadOnlyAsync(StoreContext db, CancellationToken cancellationToken) => options.Value.Provider is DatabaseProvider.Postgres
        && await db.Database.SqlQuery<bool>($"""SELECT current_setting('transaction_read_only')::boolean AS "Value" """).SingleAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await (options.Value.Provider is DatabaseProvider.Sqlite ? MigrateSqliteAsync(stoppingToken) : MigratePostgresAsync(stoppingToken));
                if (clock is DatabaseClock shared)
                {
                    await shared.FollowAsync(contexts, () => migrated.TrySetResult(), logger, stoppingToken);
                }
                migrated.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException && DatabaseFaults.IsOfTheServer(exception))
            {
                logger.LogWarning("The database is not available yet: {Fault}", exception.GetBaseException().Message);
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
            // EF Core's lock is a row: a process killed while migrating leaves it behind, and the next one would wait for ever.
            // The data folder is held by one process, so a row found now is such a leftover.
            await db.Database.ExecuteSqlAsync($"""CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL)""", cancellationToken);
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
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                logger.LogInformation("Another replica has just created the database");
            }
        }
        // A request has half a minute; rewriting a table, or waiting for the replica that does, takes as long as it takes.
        db.Database.SetCommandTimeout(TimeSpan.Zero);
        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SET statement_timeout = 0", cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            // A change of a table waits for those who read it, and everybody else for the change: not for long, and then again.
            await db.Database.ExecuteSqlAsync($"SET lock_timeout = '5s'", cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryLock})", CancellationToken.None);
        }
    }
}
