using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Trainyard.Contracts.Errors;
using Trainyard.RunFormats.Mlflow;

namespace Trainyard.ExperimentStore.Transfer.Importing.Mlflow;

/// <summary>
/// An MLflow database in an SQLite file, which is untrusted: it is opened for reading only, its schema may call no function with effects,
/// and no value is longer than a limit. Each query is short, so that a running MLflow can write in between.
/// </summary>
internal sealed class MlflowSqlite(SqliteConnection connection, string path) : MlflowTables(connection)
{
    private const int MaxValueBytes = 16 << 20;
    private const int ChunkPoints = 10_000;
    private const int WaitSeconds = 10;

    protected override string ColumnsSql =>
        "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'";

    /// <exception cref="TrainyardException">It is no SQLite database, or can't be opened.</exception>
    public static async Task<MlflowTables> OpenAsync(string path, CancellationToken cancellationToken)
    {
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            var start = new byte[16];
            if (await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken) < start.Length
                || !start.AsSpan().SequenceEqual("SQLite format 3\0"u8))
            {
                throw new TrainyardException(ErrorCode.EventInvalid, "The file is neither an SQLite database nor an archive.");
            }
        }
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = WaitSeconds,
        }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            raw.sqlite3_limit(connection.Handle, raw.SQLITE_LIMIT_LENGTH, MaxValueBytes);
            await using var careful = connection.CreateCommand();
            careful.CommandText = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON;";
            await careful.ExecuteNonQueryAsync(cancellationToken);
            return new MlflowSqlite(connection, path);
        }
        catch (SqliteException exception)
        {
            await connection.DisposeAsync();
            throw MlflowFaults.Of(exception);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override Task<long> BytesAsync(CancellationToken cancellationToken) => Task.FromResult(new FileInfo(path).Length);

    public override async IAsyncEnumerable<MlflowPoint> PointsAsync(
        RunRow run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // SQLite numbers rows as they are added, so later ones follow.
        for (var after = long.MinValue; ;)
        {
            var chunk = await ListAsync(
                "SELECT key, value, timestamp, step, is_nan, rowid FROM metrics WHERE run_uuid = @run AND rowid > @after "
                + $"ORDER BY rowid LIMIT {ChunkPoints}",
                row => (Point: Point(row), Row: row.GetInt64(5)), cancellationToken, ("run", run.Id), ("after", after));
            foreach (var (point, _) in chunk)
            {
                yield return point;
            }
            if (chunk.Count < ChunkPoints)
            {
                yield break;
            }
            after = chunk[^1].Row;
        }
    }
}
