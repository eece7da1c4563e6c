using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Trainyard.Bench.Ingest;

/// <summary>Postgres's upper limit: binary COPY of rows like points into a table with the same key.</summary>
internal static class RawCopy
{
    private const int RowsPerCommit = 5000;

    public static async Task<double> PerSecondAsync(string connectionString, int rows, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync("""
            CREATE TABLE copied (
                series_id bigint, step bigint, seq bigint, time bigint NOT NULL, attempt integer NOT NULL, value double precision,
                PRIMARY KEY (series_id, step, seq))
            """);
        var started = Stopwatch.GetTimestamp();
        for (var from = 0; from < rows; from += RowsPerCommit)
        {
            await using var copy = await connection.BeginBinaryImportAsync(
                "COPY copied (series_id, step, seq, time, attempt, value) FROM STDIN (FORMAT BINARY)", cancellationToken);
            for (var row = from; row < from + RowsPerCommit; row++)
            {
                copy.StartRow();
                copy.Write(row % 16L, NpgsqlDbType.Bigint);
                copy.Write(row / 16L, NpgsqlDbType.Bigint);
                copy.Write((long)row, NpgsqlDbType.Bigint);
                copy.Write(1_700_000_000_000_000L + row, NpgsqlDbType.Bigint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write(row / 997.0, NpgsqlDbType.Double);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        await ExecuteAsync("DROP TABLE copied");
        return rows / elapsed.TotalSeconds;

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
