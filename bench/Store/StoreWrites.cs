using System.CommandLine;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Trainyard.Bench.Reporting;
using Trainyard.Contracts.Events;

namespace Trainyard.Bench.Store;

/// <summary>The write rate of the store alone, and on Postgres the rate of COPY for the same rows in as many transactions.</summary>
internal sealed class StoreWrites : IBenchmark
{
    private readonly Option<int> seconds = BenchmarkOption.Number("--seconds", 10, "seconds for each shape");
    private readonly Option<int> events = BenchmarkOption.Number("--events", 500, "steps in a batch of the first shape");
    private readonly Option<string> database = BenchmarkOption.Database();

    public string Name => "store";

    public string Summary => "points stored a second, without HTTP or a bus, in batches of different shapes";

    public IEnumerable<Option> Options => [seconds, events, database];

    public async Task RunAsync(ParseResult options, Report report, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(options.GetValue(seconds));
        report.Columns("database", "batch", "points/s", "p50 ms", "p99 ms", "COPY rows/s", "of COPY %");
        foreach (var start in StoreTarget.All(options))
        {
            await using var target = await start();
            (int, int)[] shapes = [(options.GetValue(events), 1), (5_000, 1), (500, 10), (1, 1000), (10, 1000)];
            foreach (var (batch, series) in shapes)
            {
                var names = Enumerable.Range(0, series).Select(index => $"layer/{index}").ToArray();
                var run = $"run-{batch}x{series}";
                await MeasureAsync(target, run, batch, names, TimeSpan.FromSeconds(1), cancellationToken);
                var (rate, latencies) = await MeasureAsync(target, run, batch, names, duration, cancellationToken);
                var copied = target.ConnectionString is { } connection
                    ? await CopyAsync(connection, batch, series, duration / 2, cancellationToken)
                    : (double?)null;
                report.Row(
                    target.Name, $"{batch} steps × {series} series", rate, latencies.Percentile(50), latencies.Percentile(99),
                    copied is { } rows ? rows : "–", copied is { } limit ? 100 * rate / limit : "–");
            }
        }
    }

    private long step;

    private async Task<(double PerSecond, Latencies Latencies)> MeasureAsync(
        StoreTarget target, string run, int events, string[] series, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var (points, spent) = (0L, TimeSpan.Zero);
        while (spent < duration)
        {
            List<RunEvent> batch = [.. Enumerable.Range(0, events).Select(_ => Curves.Step(run, step++, series))];
            // Exclude the time to make the batch.
            var started = Stopwatch.GetTimestamp();
            await target.StoreAsync(batch, cancellationToken);
            spent += Stopwatch.GetElapsedTime(started);
            latencies.AddSince(started);
            points += events * series.Length;
        }
        return (points / spent.TotalSeconds, latencies);
    }

    private static async Task<double> CopyAsync(
        string connectionString, int events, int series, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        const string Table = """
            DROP TABLE IF EXISTS copied;
            CREATE TABLE copied (
                series_id bigint, step bigint, seq bigint, time bigint, attempt integer, value double precision,
                PRIMARY KEY (series_id, step, seq))
            """;
        await using (var create = new NpgsqlCommand(Table, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        var (rows, started) = (0L, Stopwatch.GetTimestamp());
        for (var next = 0L; Stopwatch.GetElapsedTime(started) < duration; next += events)
        {
            await using var copy = await connection.BeginBinaryImportAsync("COPY copied FROM STDIN (FORMAT BINARY)", cancellationToken);
            for (var row = next; row < next + events; row++)
            {
                for (var id = 0L; id < series; id++, rows++)
                {
                    await copy.StartRowAsync(cancellationToken);
                    await copy.WriteAsync(id, NpgsqlDbType.Bigint, cancellationToken);
                    await copy.WriteAsync(row, NpgsqlDbType.Bigint, cancellationToken);
                    await copy.WriteAsync(row, NpgsqlDbType.Bigint, cancellationToken);
                    await copy.WriteAsync(row, NpgsqlDbType.Bigint, cancellationToken);
                    await copy.WriteAsync(1, NpgsqlDbType.Integer, cancellationToken);
                    await copy.WriteAsync((double)row, NpgsqlDbType.Double, cancellationToken);
                }
            }
            await copy.CompleteAsync(cancellationToken);
        }
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
