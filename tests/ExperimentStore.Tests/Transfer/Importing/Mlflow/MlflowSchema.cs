using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow;

/// <summary>An MLflow database with the tables that its migrations create.</summary>
internal sealed class MlflowSchema(DbConnection connection) : IAsyncDisposable
{
    public const long Start = MlrunsFolder.Start;

    public static async Task<MlflowSchema> SqliteAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        return await CreateAsync(new(connection), "INTEGER");
    }

    public static async Task<MlflowSchema> PostgresAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return await CreateAsync(new(connection), "SERIAL");
    }

    /// <summary>The address of a Postgres database, as MLflow's server takes it.</summary>
    public static string UriOf(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgresql://{parts.Username}:{Uri.EscapeDataString(parts.Password ?? "")}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    public Task ExperimentAsync(int id, string name, string stage = "active") => RunAsync(
        $"INSERT INTO experiments VALUES ({id}, '{name}', '/mlruns/{id}', '{stage}', {Start - 1000}, {Start})");

    public async Task RunAsync(string id, int experiment, string status = "FINISHED", string stage = "active")
    {
        var end = status is "RUNNING" ? "NULL" : $"{Start + 60_000}";
        await RunAsync($"""
            INSERT INTO runs VALUES ('{id}', 'a-run', 'UNKNOWN', '', '', 'ada', '{status}', {Start}, {end}, NULL, '', '{stage}',
                '/mlruns/{experiment}/{id}/artifacts', {experiment})
            """);
        await RunAsync($"INSERT INTO params (key, value, run_uuid) VALUES ('lr', '0.001', '{id}'), ('model.depth', '12', '{id}')");
        await RunAsync(
            $"INSERT INTO tags (key, value, run_uuid) VALUES ('team', 'größer', '{id}'), ('mlflow.note.content', 'a note', '{id}')");
    }

    public Task LogAsync(string run, string key, string value, long time, long step, bool isNan = false) => RunAsync(
        $"INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
        + $"VALUES ('{key}', {value}, {time}, '{run}', {step}, '{(isNan ? 1 : 0)}')");

    public async Task RunAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task<MlflowSchema> CreateAsync(MlflowSchema schema, string serial)
    {
        await schema.RunAsync($"""
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
            CREATE TABLE experiments (
                experiment_id {serial} NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32),
                creation_time BIGINT, last_update_time BIGINT,
                CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (name));
            CREATE TABLE runs (
                run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
                entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT,
                deleted_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200),
                experiment_id INTEGER, CONSTRAINT run_pk PRIMARY KEY (run_uuid),
                FOREIGN KEY (experiment_id) REFERENCES experiments (experiment_id));
            CREATE TABLE metrics (
                key VARCHAR(250) NOT NULL, value DOUBLE PRECISION NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
                step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
                CONSTRAINT metric_pk PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan),
                FOREIGN KEY (run_uuid) REFERENCES runs (run_uuid));
            CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
            CREATE TABLE params (
                key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
                CONSTRAINT param_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY (run_uuid) REFERENCES runs (run_uuid));
            CREATE TABLE tags (
                key VARCHAR(250) NOT NULL, value VARCHAR(5000), run_uuid VARCHAR(32) NOT NULL,
                CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY (run_uuid) REFERENCES runs (run_uuid));
            CREATE TABLE experiment_tags (
                key VARCHAR(250) NOT NULL, value VARCHAR(5000), experiment_id INTEGER NOT NULL,
                CONSTRAINT experiment_tag_pk PRIMARY KEY (key, experiment_id));
            CREATE TABLE inputs (
                input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL, source_id VARCHAR(36) NOT NULL,
                destination_type VARCHAR(36) NOT NULL, destination_id VARCHAR(36) NOT NULL,
                CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id));
            """);
        return schema;
    }
}
