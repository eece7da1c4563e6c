using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mirror;

/// <summary>
/// Lets one replica mirror at a time. On Postgres it is a lock of a connection, which ends with the process; an SQLite database has one
/// process anyway.
/// </summary>
internal sealed class MirrorLock(StoreContexts contexts, IOptions<DatabaseOptions> options) : IAsyncDisposable
{
    private const long AdvisoryLock = 0x6d6c_666c_6f77_3031;

    private StoreContext? held;

    /// <returns>False if another replica has it.</returns>
    public async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Provider is DatabaseProvider.Sqlite || await IsHeldAsync(cancellationToken))
        {
            return true;
        }
        var db = contexts.Open();
        try
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            var taken = db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryLock}) AS \"Value\"");
            if (await taken.SingleAsync(cancellationToken))
            {
                held = db;
                return true;
            }
        }
        finally
        {
            if (held != db)
            {
                await db.DisposeAsync();
            }
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (held is not null)
        {
            await held.DisposeAsync();
            held = null;
        }
    }

    /// <summary>Whether the connection with the lock still is one.</summary>
    private async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        try
        {
            return held is not null && await held.Database.SqlQuery<int>($"SELECT 1 AS \"Value\"").SingleAsync(cancellationToken) == 1;
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException or IOException)
        {
            await DisposeAsync();
            return false;
        }
    }
}
