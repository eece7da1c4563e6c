using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;
using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

/// <summary>
/// What users read about a database that can't be read. What a server says that is no Postgres is not shown: it would reveal what listens
/// at an address.
/// </summary>
internal static class MlflowFaults
{
    /// <summary>Whether an exception says that the database, not Trainyard's own, can't be read.</summary>
    public static bool IsOfSource(Exception exception) =>
        exception is SqliteException or NpgsqlException or TimeoutException or InvalidCastException or FormatException or OverflowException;

    public static TrainyardException Of(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => new(ErrorCode.DataNotFound,
            "Another program keeps the database locked. Import a copy of it, or import it when that program is idle.", exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_TOOBIG } =>
            new(ErrorCode.PayloadTooLarge, "The database has a value that is too long.", exception),
        SqliteException { SqliteErrorCode: raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_IOERR } => new(
            ErrorCode.DataNotFound,
            "The database can't be opened. Check that the store may read it, and write beside it if it is in WAL mode.", exception),
        SqliteException => new(ErrorCode.EventInvalid, "The database is damaged, or not MLflow's.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            new(ErrorCode.DataNotFound, "The database refuses this user and password.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            new(ErrorCode.DataNotFound, "The server has no database of that name.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            new(ErrorCode.DataNotFound, "The user may not read the database's tables.", exception),
        PostgresException server => new(ErrorCode.DataNotFound, $"The database failed with SQLSTATE {server.SqlState}.", exception),
        InvalidCastException or FormatException or OverflowException =>
            new(ErrorCode.EventInvalid, "The database has a value of another type than MLflow's.", exception),
        _ => new(ErrorCode.DataNotFound, "The database can't be reached. Check its address, and that it is running.", exception),
    };
}
