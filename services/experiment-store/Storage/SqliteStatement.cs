using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// A prepared statement that runs once per row, through SQLite's own API: ADO.NET boxes every value and inspects its type, which costs
/// more than the insert. It runs in the connection's current transaction.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out statement), database);
    }

    /// <summary>Binds a parameter by its number, from 1.</summary>
    public SqliteStatement Bind(int parameter, long value)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_int64(statement, parameter, value), database);
        return this;
    }

    public SqliteStatement Bind(int parameter, double value)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_double(statement, parameter, value), database);
        return this;
    }

    public SqliteStatement Bind(int parameter, string value)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_text(statement, parameter, value), database);
        return this;
    }

    public SqliteStatement Bind(int parameter, byte[]? value)
    {
        var result = value is null ? raw.sqlite3_bind_null(statement, parameter) : raw.sqlite3_bind_blob(statement, parameter, value);
        SqliteException.ThrowExceptionForRC(result, database);
        return this;
    }

    public SqliteStatement Bind(int parameter, long? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, double? value) => value is { } number ? Bind(parameter, number) : BindNull(parameter);

    /// <summary>Runs the statement with the bound values.</summary>
    /// <returns>The number of changed rows.</returns>
    public int Run()
    {
        Read();
        raw.sqlite3_reset(statement);
        return raw.sqlite3_changes(database);
    }

    /// <summary>Moves to the next row. After the last one, the statement can be bound and run again.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW)
        {
            return true;
        }
        raw.sqlite3_reset(statement);
        if (result is not raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
        return false;
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public double? RealOrNull(int column) => IsNull(column) ? null : raw.sqlite3_column_double(statement, column);

    public byte[]? BlobOrNull(int column) => IsNull(column) ? null : raw.sqlite3_column_blob(statement, column).ToArray();

    public void Dispose() => statement.Dispose();

    private bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    private SqliteStatement BindNull(int parameter)
    {
        SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_null(statement, parameter), database);
        return this;
    }
}
