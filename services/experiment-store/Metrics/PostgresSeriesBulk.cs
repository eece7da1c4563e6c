using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Trainyard.ExperimentStore.Metrics.Summaries;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MetricSeries;
using Trainyard.MetricSeries.Retention;
using Trainyard.MetricSeries.Summaries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Sends arrays in one round trip, and points by COPY.</summary>
internal sealed class PostgresSeriesBulk(StoreContext db) : ISeriesBulk
{
    private static readonly string MergeSummary = Merge("summaries", "series_id, level, bucket, attempt");

    private static readonly string MergeMinute = Merge("minutes", "series_id, minute, attempt, replaced");

    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public async Task<List<Series>> FindSeriesAsync(IReadOnlyCollection<SeriesName> names, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT s.run_id, s.name, s.id, s.count, s.nan_count, s.infinite_count, s.points_stored, s.last_step, s.last_time, s.last_value,
                s.min, s.min_step, s.max, s.max_step, s.open, s.merged, s.oldest_raw, s.oldest_minute, s.receipts
            FROM unnest($1, $2) AS wanted (run_id, name) JOIN series s ON s.run_id = wanted.run_id AND s.name = wanted.name
            """;
        var found = new List<Series>(names.Count);
        if (names.Count == 0)
        {
            return found;
        }
        await using var command = new NpgsqlCommand(Sql, Connection)
        {
            Parameters =
            {
                new() { Value = names.Select(name => name.RunId).ToArray() },
                new() { Value = names.Select(name => name.Name).ToArray() },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            found.Add(new()
            {
                RunId = row.GetString(0),
                Name = row.GetString(1),
                Id = row.GetInt64(2),
                Count = row.GetInt64(3),
                NanCount = row.GetInt64(4),
                InfiniteCount = row.GetInt64(5),
                PointsStored = row.GetInt64(6),
                LastStep = row.GetFieldValue<long?>(7),
                LastTime = row.GetFieldValue<long?>(8),
                LastValue = row.GetFieldValue<double?>(9),
                Min = row.GetFieldValue<double?>(10),
                MinStep = row.GetFieldValue<long?>(11),
                Max = row.GetFieldValue<double?>(12),
                MaxStep = row.GetFieldValue<long?>(13),
                Open = row.IsDBNull(14) ? null : row.GetFieldValue<byte[]>(14),
                Merged = row.GetInt64(15),
                OldestRaw = row.GetFieldValue<long?>(16),
                OldestMinute = row.GetFieldValue<long?>(17),
                Receipts = row.IsDBNull(18) ? null : row.GetFieldValue<byte[]>(18),
            });
        }
        return found;
    }

    public async Task AddSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken)
    {
        const string Sql = """
            INSERT INTO series (run_id, name, count, nan_count, infinite_count, points_stored, merged)
            SELECT r, n, 0, 0, 0, 0, 0 FROM unnest(@runs, @names) AS wanted (r, n)
            RETURNING id, run_id, name
            """;
        var byName = series.ToDictionary(row => new SeriesName(row.RunId, row.Name));
        await using var command = new NpgsqlCommand(Sql, Connection)
        {
            Parameters = { new("runs", series.Select(row => row.RunId).ToArray()), new("names", series.Select(row => row.Name).ToArray()) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            byName[new(reader.GetString(1), reader.GetString(2))].Id = reader.GetInt64(0);
        }
    }

    public async Task SaveSeriesAsync(IReadOnlyCollection<Series> series, CancellationToken cancellationToken)
    {
        const string Sql = """
            UPDATE series SET count = u.count, nan_count = u.nan_count, infinite_count = u.infinite_count, points_stored = u.points_stored,
                last_step = u.last_step, last_time = u.last_time, last_value = u.last_value,
                min = u.min, min_step = u.min_step, max = u.max, max_step = u.max_step, open = u.open,
                merged = u.merged, oldest_raw = u.oldest_raw, oldest_minute = u.oldest_minute, receipts = u.receipts
            FROM unnest(@id, @count, @nan_count, @infinite_count, @points_stored, @last_step, @last_time, @last_value,
                @min, @min_step, @max, @max_step, @open, @merged, @oldest_raw, @oldest_minute, @receipts)
                AS u (id, count, nan_count, infinite_count, points_stored, last_step, last_time, last_value,
                min, min_step, max, max_step, open, merged, oldest_raw, oldest_minute, receipts)
            WHERE series.id = u.id
            """;
        if (series.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(Sql, Connection)
        {
            Parameters =
            {
                new("id", series.Select(row => row.Id).ToArray()),
                new("count", series.Select(row => row.Count).ToArray()),
                new("nan_count", series.Select(row => row.NanCount).ToArray()),
                new("infinite_count", series.Select(row => row.InfiniteCount).ToArray()),
                new("points_stored", series.Select(row => row.PointsStored).ToArray()),
                new("last_step", series.Select(row => row.LastStep).ToArray()),
                new("last_time", series.Select(row => row.LastTime).ToArray()),
                new("last_value", series.Select(row => row.LastValue).ToArray()),
                new("min", series.Select(row => row.Min).ToArray()),
                new("min_step", series.Select(row => row.MinStep).ToArray()),
                new("max", series.Select(row => row.Max).ToArray()),
                new("max_step", series.Select(row => row.MaxStep).ToArray()),
                new("open", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = series.Select(row => row.Open).ToArray() },
                new("merged", series.Select(row => row.Merged).ToArray()),
                new("oldest_raw", series.Select(row => row.OldestRaw).ToArray()),
                new("oldest_minute", series.Select(row => row.OldestMinute).ToArray()),
                new("receipts", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = series.Select(row => row.Receipts).ToArray() },
            },
        };
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task AddPointsAsync(IReadOnlyCollection<Point> points, CancellationToken cancellationToken)
    {
        const string Sql = "COPY points (series_id, step, seq, time, attempt, value) FROM STDIN (FORMAT BINARY)";
        if (points.Count == 0)
        {
            return;
        }
        await using var copy = await Connection.BeginBinaryImportAsync(Sql, cancellationToken);
        foreach (var point in points)
        {
            // Writes go to a buffer. An asynchronous call per value would cost more than the value.
#pragma warning disable CA1849, MA0042
            copy.StartRow();
            copy.Write(point.SeriesId, NpgsqlDbType.Bigint);
            copy.Write(point.Step, NpgsqlDbType.Bigint);
            copy.Write(point.Seq, NpgsqlDbType.Bigint);
            copy.Write(point.Time, NpgsqlDbType.Bigint);
            copy.Write(point.Attempt, NpgsqlDbType.Integer);
            if (point.Value is { } value)
            {
                copy.Write(value, NpgsqlDbType.Double);
            }
            else
            {
                copy.WriteNull();
            }
#pragma warning restore CA1849, MA0042
        }
        await copy.CompleteAsync(cancellationToken);
    }

    public async Task MergeSummariesAsync(IReadOnlyCollection<BucketSummary> summaries, CancellationToken cancellationToken)
    {
        if (summaries.Count == 0)
        {
            return;
        }
        // Ordered by key, so that two transactions that merge into the same rows can't deadlock.
        BucketSummary[] rows = [.. summaries
            .OrderBy(row => row.SeriesId).ThenBy(row => row.Level).ThenBy(row => row.Bucket).ThenBy(row => row.Attempt)];
        await using var command = new NpgsqlCommand(MergeSummary, Connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(rows, row => row.SeriesId) },
                new() { Value = Array.ConvertAll(rows, row => row.Level) },
                new() { Value = Array.ConvertAll(rows, row => row.Bucket) },
                new() { Value = Array.ConvertAll(rows, row => row.Attempt) },
            },
        };
        AddContent(command.Parameters, rows);
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task MergeMinutesAsync(IReadOnlyCollection<MinuteSummary> minutes, CancellationToken cancellationToken)
    {
        MinuteSummary[] rows = [.. minutes];
        await using var command = new NpgsqlCommand(MergeMinute, Connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(rows, row => row.SeriesId) },
                new() { Value = Array.ConvertAll(rows, row => row.Minute) },
                new() { Value = Array.ConvertAll(rows, row => row.Attempt) },
                new() { Value = Array.ConvertAll(rows, row => row.Replaced) },
            },
        };
        AddContent(command.Parameters, rows);
        await command.PrepareAsync(cancellationToken);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddContent(NpgsqlParameterCollection parameters, Summary[] rows)
    {
        Add(row => row.FirstStep);
        Add(row => row.LastStep);
        Add(row => row.LastSeq);
        Add(row => row.LastTime);
        Add(row => row.LastValue);
        Add(row => row.Count);
        Add(row => row.NanCount);
        Add(row => row.InfiniteCount);
        Add(row => row.Min);
        Add(row => row.MinStep);
        Add(row => row.Max);
        Add(row => row.MaxStep);
        Add(row => row.Total);

        void Add<T>(Converter<Summary, T> column) => parameters.Add(new() { Value = Array.ConvertAll(rows, column) });
    }

    /// <summary>The insert of a table with four key columns.</summary>
    private static string Merge(string table, string key) =>
        $"INSERT INTO {table} ({key}, {string.Join(", ", SummarySql.Content)}) "
        + $"SELECT * FROM unnest({Numbered(4 + SummarySql.Content.Length)})"
        + SummarySql.Merge(table, key);

    private static string Numbered(int count) => string.Join(", ", Enumerable.Range(1, count).Select(number => $"${number}"));
}
