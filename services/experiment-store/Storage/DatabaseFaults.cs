using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// Classifies failed transactions: retry at once, wait for the server, or give up. Gives up only on faults that are known to be the
/// data's: giving up loses data, waiting doesn't.
/// </summary>
internal static class DatabaseFaults
{
    private const string IdleInTransactionTimeout = "25P03";
    private const string OperatorIntervention = "57";

    // Data exception, integrity constraint, cardinality, WITH CHECK OPTION, program limit.
    private static readonly string[] OfTheData = ["22", "23", "21", "44", "54"];

    // Syntax error or access rule violation, feature not supported. InsufficientPrivilege is among them but is the server's fault.
    private static readonly string[] OfTheProgram = ["42", "0A"];

    /// <summary>True if an immediate retry may succeed: after a short outage, or a conflict with another replica.</summary>
    public static bool MayPass(Exception exception) => Cause(exception) switch
    {
        // Two replicas inserted the same run, experiment or series. The retry finds the row.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        // This process was paused in mid-transaction, and the server ended its session.
        PostgresException { SqlState: IdleInTransactionTimeout } => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED,
        DbException database => database.IsTransient,
        _ => false,
    };

    /// <summary>True if the server can't serve any request now: unreachable, full, read-only, or access denied.</summary>
    public static bool IsOfTheServer(Exception exception) => Cause(exception) switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => true,
        PostgresException postgres => !IsOne(postgres, OfTheData) && !IsOne(postgres, OfTheProgram),
        SqliteException sqlite => !IsOfTheData(sqlite)
            && sqlite.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_MISUSE),
        DbException => true,
        _ => false,
    };

    /// <summary>True if the same data fails on every attempt.</summary>
    public static bool IsOfTheData(Exception exception) => Cause(exception) switch
    {
        PostgresException postgres => IsOne(postgres, OfTheData),
        SqliteException sqlite => IsOfTheData(sqlite),
        DbException => false,
        _ => Chain(exception).All(cause => cause is not
            (TimeoutException or IOException or SocketException or OutOfMemoryException or ObjectDisposedException
                or OperationCanceledException)),
    };

    /// <summary>
    /// True if a failed commit may have succeeded: the answer was lost, or the server stopped while waiting for its standby.
    /// </summary>
    public static bool MayHaveCommitted(NpgsqlException exception) =>
        exception is not PostgresException postgres || postgres.SqlState.StartsWith(OperatorIntervention, StringComparison.Ordinal);

    private static bool IsOfTheData(SqliteException sqlite) => sqlite.SqliteErrorCode is
        SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH or SQLitePCL.raw.SQLITE_RANGE;

    private static bool IsOne(PostgresException postgres, string[] classes) =>
        Array.Exists(classes, prefix => postgres.SqlState.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The database's own exception, unwrapped.</summary>
    private static DbException? Cause(Exception exception) =>
        exception is OperationCanceledException ? null : Chain(exception).OfType<DbException>().FirstOrDefault();

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
