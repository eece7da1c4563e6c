using DuckDB.NET.Data;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing;

/// <summary>Imports files with neptune-exporter's schema, written by DuckDB.</summary>
public sealed class NeptuneImportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Runs_come_with_parameters_tags_series_and_text(string database)
    {
        await using var store = await StartAsync(database);
        var folder = Directory.CreateDirectory(Path.Combine(store.Corpus, "neptune", "project-1a2b")).FullName;
        await WriteAsync(Path.Combine(folder, "RUN-1_part_0.parquet"), """
            ('w/p', 'RUN-1', 'sys/name', 'string', NULL, NULL, NULL, NULL, 'Lauf 1', NULL, NULL, NULL),
            ('w/p', 'RUN-1', 'sys/tags', 'string_set', NULL, NULL, NULL, NULL, NULL, NULL, NULL, ['nlp', 'größer']),
            ('w/p', 'RUN-1', 'sys/creation_time', 'datetime', NULL, NULL, NULL, NULL, NULL, NULL, TIMESTAMPTZ '2025-01-02 03:04:05Z', NULL),
            ('w/p', 'RUN-1', 'config/lr', 'float', NULL, NULL, NULL, 0.001, NULL, NULL, NULL, NULL),
            ('w/p', 'RUN-1', 'config/layers', 'int', NULL, NULL, 12, NULL, NULL, NULL, NULL, NULL),
            ('w/p', 'RUN-1', 'config/amp', 'bool', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL),
            ('w/p', 'RUN-1', 'model.bin', 'file', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
            ('w/p', 'RUN-1', 'metrics/loss', 'float_series', 1, TIMESTAMPTZ '2025-01-02 03:05:00Z', NULL, 0.5, NULL, NULL, NULL, NULL)
            """);
        await WriteAsync(Path.Combine(folder, "RUN-1_part_1.parquet"), """
            ('w/p', 'RUN-1', 'metrics/loss', 'float_series', 2, TIMESTAMPTZ '2025-01-02 03:06:00Z', NULL, 'nan', NULL, NULL, NULL, NULL),
            ('w/p', 'RUN-1', 'monitoring/stdout', 'string_series', 1, TIMESTAMPTZ '2025-01-02 03:05:30Z',
             NULL, NULL, 'a line', NULL, NULL, NULL)
            """);
        await WriteAsync(Path.Combine(folder, "RUN-2_part_0.parquet"), """
            ('w/p', 'RUN-2', 'sys/failed', 'bool', NULL, NULL, NULL, NULL, NULL, true, NULL, NULL),
            ('w/p', 'RUN-2', 'metrics/loss', 'float_series', 1, NULL, NULL, 3, NULL, NULL, NULL, NULL)
            """);

        var import = await store.ImportAsync(new { path = "neptune", format = "neptune" });
        var again = await store.ImportAsync(new { path = "neptune", format = "neptune" });

        Imports.AssertCompleted(import);
        Assert.Equal((2, 1), (import.GetProperty("runs").GetInt32(), import.GetProperty("ignored").GetInt32()));
        Assert.Equal((0, import.GetProperty("added").GetInt32()),
            (again.GetProperty("added").GetInt32(), again.GetProperty("repeated").GetInt32()));
        var runs = (await store.GetAsync("/api/runs?experiment_id=neptune-w-p")).GetProperty("items").EnumerateArray()
            .ToDictionary(run => run.GetProperty("name").GetString() ?? "");
        Assert.Equal(("completed", "failed"),
            (runs["Lauf 1"].GetProperty("status").GetString(), runs["RUN-2"].GetProperty("status").GetString()));
        Assert.Equal("""{"größer":"","nlp":""}""", runs["Lauf 1"].GetProperty("tags").GetRawText()
            .Replace("\\u00F6", "ö", StringComparison.Ordinal).Replace("\\u00DF", "ß", StringComparison.Ordinal));
        var run = await store.GetAsync($"/api/runs/{runs["Lauf 1"].GetProperty("run_id").GetString()}");
        Assert.Equal("""{"config/amp":true,"config/layers":12,"config/lr":0.001}""", run.GetProperty("config").GetRawText());
        Assert.Equal("2025-01-02T03:04:05Z", run.GetProperty("started_at").GetString());
        Assert.Equal("2025-01-02T03:06:00Z", run.GetProperty("ended_at").GetString());
        var loss = (await store.GetAsync($"/api/runs/{run.GetProperty("run_id").GetString()}/metrics?keys=metrics/loss"))
            .GetProperty("series")[0].GetProperty("points");
        Assert.Equal(["1 0.5", "2 NaN"], loss.EnumerateArray()
            .Select(point => $"{point.GetProperty("step")} {point.GetProperty("value")}"));
    }

    [Fact]
    public async Task Fractional_steps_require_a_multiplier()
    {
        await using var store = await StartAsync("sqlite");
        await WriteAsync(Path.Combine(store.Corpus, "n.parquet"),
            "('p', 'R', 'loss', 'float_series', 0.5, NULL, NULL, 3, NULL, NULL, NULL, NULL)");

        var refused = await store.ImportAsync(new { path = "n.parquet", format = "neptune" });
        Assert.Equal("EVENT_INVALID", refused.GetProperty("error_code").GetString());
        Assert.Contains("step_multiplier", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        Imports.AssertCompleted(await store.ImportAsync(new { path = "n.parquet", format = "neptune", step_multiplier = 10 }));

        var run = Assert.Single((await store.GetAsync("/api/runs")).GetProperty("items").EnumerateArray());
        Assert.Equal(5, (await store.GetAsync($"/api/runs/{run.GetProperty("run_id").GetString()}/metrics/latest")).GetProperty("series")[0]
            .GetProperty("step").GetInt32());
    }

    [Fact]
    public async Task Another_parquet_file_is_refused()
    {
        await using var store = await StartAsync("sqlite");
        await store.StoreAsync(Event.Metric("r", 1, "loss", 1));
        var other = await store.UploadAsync(await store.ExportAsync("/api/runs/r/export?format=parquet"), "format=neptune");
        var none = await store.UploadAsync("PAR1 but no more than that PAR1"u8.ToArray(), "format=neptune");

        Assert.Equal("EVENT_INVALID", other.GetProperty("error_code").GetString());
        Assert.Contains("project_id", other.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("EVENT_INVALID", none.GetProperty("error_code").GetString());
    }

    private static async Task WriteAsync(string file, string rows)
    {
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using var command = duck.CreateCommand();
        command.CommandText = $$"""
            CREATE TABLE attributes (
                project_id VARCHAR, run_id VARCHAR, attribute_path VARCHAR, attribute_type VARCHAR, step DECIMAL(18, 6),
                "timestamp" TIMESTAMPTZ, int_value BIGINT, float_value DOUBLE, string_value VARCHAR, bool_value BOOLEAN,
                datetime_value TIMESTAMPTZ, string_set_value VARCHAR[]);
            INSERT INTO attributes VALUES {{rows}};
            COPY (
                SELECT *, NULL::STRUCT(path VARCHAR) AS file_value,
                    NULL::STRUCT(type VARCHAR, edges DOUBLE[], "values" DOUBLE[]) AS histogram_value
                FROM attributes)
                TO '{{file}}' (FORMAT parquet);
            """;
        await command.ExecuteNonQueryAsync();
    }
}
