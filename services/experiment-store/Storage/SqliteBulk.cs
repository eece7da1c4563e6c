using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.ExperimentStore.Metrics;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>One prepared statement per kind of row, run once per row: in process, a call costs about a microsecond.</summary>
internal sealed class SqliteBulk(StoreContext db) : IBulk
{
    public Task<HashSet<string>> RememberAsync(IReadOnlyCollection<string> keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var insert = Prepare("INSERT OR IGNORE INTO remembered_keys (key, stored_at) VALUES ($1, $2)", 2);
        insert.Parameters[1].Value = UnixTime.ToMicroseconds(now);
        var remembered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            insert.Parameters[0].Value = key;
            if (insert.ExecuteNonQuery() == 1)
            {
                remembered.Add(key);
            }
        }
        return Task.FromResult(remembered);
    }

    public Task AddClientsAsync(IReadOnlyCollection<string> clients, CancellationToken cancellationToken)
    {
        using var insert = Prepare("INSERT OR IGNORE INTO clients (client, sequences) VALUES ($1, '')", 1);
        foreach (var client in clients)
        {
            insert.Parameters[0].Value = client;
            insert.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    public Task<List<Series>> FindSeriesAsync(IReadOnlyCollection<SeriesName> names, CancellationToken cancellationToken)
    {
        using var select = Prepare("""
            SELECT id, count, nan_count, infinite_count, points_stored, last_step, last_time, last_value, min, min_step, max, max_step
            FROM series WHERE run_id = $1 AND name = $2
            """, 2);
        var found = new List<Series>(names.Count);
        foreach (var (runId, name) in names)
        {
            select.Parameters[0].Value = runId;
            select.Parameters[1].Value = name;
            using var row = select.ExecuteReader();
            if (row.Read())
            {
                found.Add(new()
                {
                    Id = row.GetInt64(0),
                    RunId = runId,
                    Name = name,
                    Count = row.GetInt64(1),
                    NanCount = row.GetInt64(2),
                    InfiniteCount = row.GetInt64(3),
                    PointsStored = row.GetInt64(4),
                    LastStep = Int64(row, 5),
                    LastTime = Int64(row, 6),
                    LastValue = Real(row, 7),
                    Min = Real(row, 8),
                    MinStep = Int64(row, 9),
                    Max = Real(row, 10),
                    MaxStep = Int64(row, 11),
                });
            }
        }
        return Task.FromResult(found);
    }

    public Task AddSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken)
    {
        using var insert = Prepare("""
            INSERT INTO series (run_id, name, count, nan_count, infinite_count, points_stored) VALUES ($1, $2, 0, 0, 0, 0) RETURNING id
            """, 2);
        foreach (var one in series)
        {
            Bind(insert, one.RunId, one.Name);
            one.Id = insert.ExecuteScalar() is long id ? id : throw new InvalidOperationException("An inserted series has an id.");
        }
        return Task.CompletedTask;
    }

    public Task SaveSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken)
    {
        using var update = Prepare("""
            UPDATE series SET count = $1, nan_count = $2, infinite_count = $3, points_stored = $4, last_step = $5, last_time = $6,
                last_value = $7, min = $8, min_step = $9, max = $10, max_step = $11 WHERE id = $12
            """, 12);
        foreach (var one in series)
        {
            Bind(update, one.Count, one.NanCount, one.InfiniteCount, one.PointsStored, one.LastStep, one.LastTime,
                one.LastValue, one.Min, one.MinStep, one.Max, one.MaxStep, one.Id);
            update.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    public Task AddPointsAsync(IReadOnlyCollection<Point> points, CancellationToken cancellationToken)
    {
        using var insert = Prepare("INSERT INTO points (series_id, step, seq, time, attempt, value) VALUES ($1, $2, $3, $4, $5, $6)", 6);
        foreach (var point in points)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bind(insert, point.SeriesId, point.Step, point.Seq, point.Time, point.Attempt, point.Value);
            insert.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = ((SqliteConnection)db.Database.GetDbConnection()).CreateCommand();
        command.CommandText = sql;
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        for (var index = 1; index <= parameters; index++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${index}" });
        }
        return command;
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }
    }

    private static long? Int64(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static double? Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
}
