using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Polly;
using Polly.Retry;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Reads and writes. Every write is one transaction. Retries transient failures; notifies features after commit.</summary>
internal sealed class Database(
    StoreContexts contexts, IOptions<DatabaseOptions> options, SchemaMigration schema, IEnumerable<IBeforeCommit> before,
    IEnumerable<IAfterCommit> after, FailedWrites failures, ILogger<Database> logger)
    : IDisposable
{
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(5);

    private readonly IBeforeCommit[] before = [.. before];
    private readonly IAfterCommit[] after = [.. after];

    private readonly ResiliencePipeline retries = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = 5,
        ShouldHandle = new PredicateBuilder().Handle<Exception>(DatabaseFaults.MayPass),
        DelayGenerator = failed =>
            ValueTask.FromResult<TimeSpan?>(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 80) << failed.AttemptNumber)),
        OnRetry = failed =>
        {
            logger.LogWarning(
                "Retrying a transaction after a transient failure: {Fault}", failed.Outcome.Exception?.GetBaseException().Message);
            return default;
        },
    }).Build();

    // SQLite has one writer. A second one would poll every 150 ms.
    private readonly SemaphoreSlim? writing = options.Value.Provider is DatabaseProvider.Sqlite ? new(1) : null;

    public async Task<T> WriteAsync<T>(Func<StoreContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await schema.ReadyAsync(cancellationToken);
        var mayBeStored = false;
        try
        {
            return await retries.ExecuteAsync(async token =>
            {
                await using var db = contexts.Open();
                var result = await CommitAsync(db, work, () => mayBeStored = true, token);
                failures.Succeeded();
                Array.ForEach(after, hook => hook.AfterCommit(db.Outgoing));
                return result;
            }, cancellationToken);
        }
        catch (Exception exception) when (DatabaseFaults.IsOfTheServer(exception))
        {
            failures.Failed();
            throw Unavailable(exception, mayBeStored);
        }
    }

    public Task WriteAsync(Func<StoreContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async (db, token) =>
        {
            await work(db, token);
            return true;
        }, cancellationToken);

    /// <summary>Deletes in short transactions until a chunk deletes nothing.</summary>
    public async Task RepeatAsync(Func<StoreContext, Task<int>> deleteChunk, CancellationToken cancellationToken)
    {
        while (await WriteAsync((db, _) => deleteChunk(db), cancellationToken) > 0)
        {
        }
    }

    public async Task<T> ReadAsync<T>(Func<StoreContext, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await schema.ReadyAsync(cancellationToken);
        try
        {
            await using var db = contexts.Open();
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await work(db, cancellationToken);
        }
        catch (Exception exception) when (DatabaseFaults.IsOfTheServer(exception))
        {
            throw Unavailable(exception);
        }
    }

    public Task ReadAsync(Func<StoreContext, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        ReadAsync(async (db, token) =>
        {
            await work(db, token);
            return true;
        }, cancellationToken);

    public void Dispose() => writing?.Dispose();

    private async Task<T> CommitAsync<T>(
        StoreContext db, Func<StoreContext, CancellationToken, Task<T>> work, Action commitFailed, CancellationToken cancellationToken)
    {
        if (writing is not null)
        {
            await writing.WaitAsync(cancellationToken);
        }
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Unspecified, cancellationToken);
            var result = await work(db, cancellationToken);
            foreach (var hook in before)
            {
                await hook.BeforeCommitAsync(db, cancellationToken);
            }
            await db.SaveChangesAsync(cancellationToken);
            try
            {
                await transaction.CommitAsync(CancellationToken.None);
            }
            catch (NpgsqlException exception) when (DatabaseFaults.MayHaveCommitted(exception))
            {
                commitFailed();
                throw;
            }
            return result;
        }
        finally
        {
            writing?.Release();
        }
    }

    /// <summary>The error for a caller. A failed commit may have succeeded, with only its answer lost.</summary>
    private TrainyardException Unavailable(Exception exception, bool committing = false)
    {
        logger.LogWarning(
            "The database is unavailable; the request was refused with a retry: {Fault}", exception.GetBaseException().Message);
        return committing
            ? new(ErrorCode.OutcomeUnknown,
                "The connection broke during the commit, so this may or may not be stored. "
                + "Check, or repeat the request with the same Idempotency-Key.",
                exception)
            {
                RetryAfter = RetryAfterFailure,
            }
            : new(ErrorCode.BackendUnavailable, "The database is unavailable. Try again.", exception) { RetryAfter = RetryAfterFailure };
    }
}
