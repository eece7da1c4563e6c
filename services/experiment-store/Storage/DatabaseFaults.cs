using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// Whose fault a failed transaction is, which decides whether it is tried again at once, waited for, or given up. What is not known to be the
/// data's fault is waited for: giving up loses something, waiting does not.
/// </summary>
internal static class DatabaseFaults
{
    private const string IdleInTransactionTimeout = "25P03";
    private const string OperatorIntervention = "57";

    // Data exception, integrity constraint, cardinality, WITH CHECK OPTION, program limit.
    private static readonly string[] OfTheData = ["22", "23", "21", "44", "54"];

    // Syntax error or access rule violation, feature not supported: a fault of the program, but for the missing privilege among them.
    private static readonly string[] OfTheProgram = ["42", "0A"];

    /// <summary>Whether the same transaction may well succeed at once: the server was away for a moment, or another replica was in the way.</summary>
    public static bool MayPass(Exception exception) => Cause(exception) switch
    {
        // Both replicas met a run, an experiment or a series for the first time; the second try finds it there.
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        // This process was stopped for a while in mid-transaction, and the server did not wait for it.
        PostgresException { SqlState: IdleInTransactionTimeout } => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED,
        DbException database => database.IsTransient,
        _ => false,
    };

    /// <summary>Whether the server can't do now what it is asked, whatever that is: it is away or full, takes no writes, or does not let the store in.</summary>
    public static bool IsOfTheServer(Exception exception) => Cause(exception) switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => true,
        PostgresException postgres => !IsOne(postgres, OfTheData) && !IsOne(postgres, OfTheProgram),
        SqliteException sqlite => !IsOfTheData(sqlite) && sqlite.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_ERROR or SQLitePCL.raw.SQLITE_MISUSE),
        DbException => true,
        _ => false,
    };

    /// <summary>Whether the same data would fail again whenever and wherever it is stored.</summary>
    public static bool IsOfTheData(Exception exception) => Cause(exception) switch
    {
        PostgresException postgres => IsOne(postgres, OfTheData),
        SqliteException sqlite => IsOfTheData(sqlite),
        DbException => false,
        _ => Chain(exception).All(one => one is not
            (TimeoutException or IOException or SocketException or OutOfMemoryException or ObjectDisposedException or OperationCanceledException)),
    };

    /// <summary>Whether a commit that failed like this may have been one: its answer got lost, or the server stopped while it waited for its standby.</summary>
    public static bool MayHaveCommitted(NpgsqlException exception) =>
        exception is not PostgresException postgres || postgres.SqlState.StartsWith(OperatorIntervention, StringComparison.Ordinal);

    private static bool IsOfTheData(SqliteException sqlite) => sqlite.SqliteErrorCode is
        SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_MISMATCH or SQLitePCL.raw.SQLITE_RANGE;

    private static bool IsOne(PostgresException postgres, string[] classes) =>
        Array.Exists(classes, one => postgres.SqlState.StartsWith(one, StringComparison.Ordinal));

    /// <summary>What the database said, whatever it came wrapped in.</summary>
    private static DbException? Cause(Exception exception) => exception is OperationCanceledException ? null : Chain(exception).OfType<DbException>().FirstOrDefault();

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? one = exception; one is not null; one = one.InnerException)
        {
            yield return one;
        }
    }
}
