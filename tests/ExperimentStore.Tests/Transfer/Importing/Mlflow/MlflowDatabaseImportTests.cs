using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;
using Trainyard.Harness;
using static Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow.MlrunsImportTests;

namespace Trainyard.ExperimentStore.Tests.Transfer.Importing.Mlflow;

/// <summary>Imports MLflow's databases, an SQLite file and Postgres, into both databases of the store.</summary>
public sealed class MlflowDatabaseImportTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis)
{
    private const long Start = MlflowSchema.Start;

    private readonly PostgresServer postgres = postgres;
    private static readonly string RunId = new('a', 32);
    private static readonly string Other = new('b', 32);

    public static TheoryData<string, string> Pairs => new()
    {
        { "sqlite", "sqlite" }, { "sqlite", "postgres" }, { "postgres", "sqlite" }, { "postgres", "postgres" },
    };

    [Theory, MemberData(nameof(Pairs))]
    public async Task Runs_come_with_everything_and_once(string source, string database)
    {
        await using var store = await StartAsync(database);
        var (schema, request) = await SourceAsync(store, source);
        await using var closed = schema;
        await schema.ExperimentAsync(0, "Default");
        await schema.ExperimentAsync(1, "spectral norm");
        await schema.ExperimentAsync(2, "gone", "deleted");
        await schema.RunAsync("INSERT INTO experiment_tags VALUES ('mlflow.note.content', 'about', 1)");
        await schema.RunAsync(RunId, 1);
        await schema.RunAsync(Other, 0, "RUNNING");
        await schema.RunAsync(new string('c', 32), 2);
        await schema.RunAsync(new string('d', 32), 1, stage: "deleted");
        await schema.LogAsync(RunId, "val/loss", "0.5", Start, 0);
        await schema.LogAsync(RunId, "val/loss", "0", Start + 1, 1, isNan: true);
        await schema.LogAsync(RunId, "val/loss", "1.7976931348623157e308", Start + 2, 2);
        await schema.LogAsync(RunId, "val/loss", "-1.7976931348623157e308", Start + 3, 3);
        await schema.LogAsync(Other, "loss", "4", Start, 0);
        var artifacts = Directory.CreateDirectory(Path.Combine(store.Corpus, "files", "1", RunId, "artifacts")).FullName;
        await File.WriteAllTextAsync(Path.Combine(artifacts, "model.bin"), "weights");

        var first = await store.ImportAsync(request);
        var again = await store.ImportAsync(request);

        Imports.AssertCompleted(first);
        Assert.Equal((2, first.GetProperty("bytes_total").GetInt64()),
            (first.GetProperty("runs").GetInt32(), first.GetProperty("bytes_read").GetInt64()));
        Assert.Equal((10, 0, 10), (
            first.GetProperty("added").GetInt32(), again.GetProperty("added").GetInt32(), again.GetProperty("repeated").GetInt32()));
        var run = await store.GetAsync($"/api/runs/{RunId}");
        Assert.Equal(
            ("a-run", "completed", "1", RunId, "a note", "2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z"),
            (Text(run, "name"), Text(run, "status"), Text(run, "experiment_id"), Text(run, "mlflow_run_id"), Text(run, "notes"),
                Text(run, "started_at"), Text(run, "ended_at")));
        Assert.Equal("""{"lr":"0.001","model.depth":"12"}""", run.GetProperty("config").GetRawText());
        Assert.Equal(("größer", "ada"), (Text(run.GetProperty("tags"), "team"), Text(run.GetProperty("tags"), "mlflow.user")));
        Assert.Equal(["0 0.5", "1 NAN", "2 INFINITY", "3 -INFINITY"], await PointsAsync(store, RunId, "val/loss"));
        Assert.Equal("weights", await store.Http.GetStringAsync(new Uri($"/api/artifacts/models/{RunId}/model.bin", UriKind.Relative)));
        Assert.Equal("about", Text(await store.GetAsync("/api/experiments/1"), "description"));
        Assert.Equal(("interrupted", "0"),
            (Text(await store.GetAsync($"/api/runs/{Other}"), "status"),
                Text(await store.GetAsync($"/api/runs/{Other}"), "experiment_id")));
        Assert.Equal(2, (await store.GetAsync("/api/runs")).GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Another_import_adds_what_is_new_since(string source, string database)
    {
        await using var store = await StartAsync(database);
        var (schema, request) = await SourceAsync(store, source);
        await using var closed = schema;
        await schema.ExperimentAsync(1, "e");
        await schema.RunAsync(RunId, 1, "RUNNING");
        await schema.LogAsync(RunId, "loss", "3", Start, 0);
        await schema.LogAsync(RunId, "loss", "2", Start + 1, 1);
        var first = await store.ImportAsync(request);
        await schema.LogAsync(RunId, "loss", "1", Start + 2, 2);
        await schema.LogAsync(RunId, "acc", "0.5", Start, 0);
        await schema.RunAsync("UPDATE runs SET status = 'FAILED', end_time = " + (Start + 9000));
        await schema.RunAsync(Other, 1, "KILLED");

        var second = await store.ImportAsync(request);

        Imports.AssertCompleted(first);
        Imports.AssertCompleted(second);
        Assert.Equal((4, 5, 3), (
            first.GetProperty("added").GetInt32(), second.GetProperty("added").GetInt32(), second.GetProperty("repeated").GetInt32()));
        Assert.Equal(["0 3", "1 2", "2 1"], await PointsAsync(store, RunId, "loss"));
        Assert.Equal(["0 0.5"], await PointsAsync(store, RunId, "acc"));
        Assert.Equal(("failed", "cancelled"),
            (Text(await store.GetAsync($"/api/runs/{RunId}"), "status"), Text(await store.GetAsync($"/api/runs/{Other}"), "status")));
    }

    /// <summary>Postgres orders values by time, so those of a running run that are a few seconds old could still get neighbours.</summary>
    [Fact]
    public async Task The_newest_values_of_a_running_run_in_Postgres_wait_until_they_are_settled()
    {
        await using var store = await StartAsync("sqlite");
        var (schema, request) = await SourceAsync(store, "postgres");
        await using var closed = schema;
        await schema.ExperimentAsync(1, "e");
        await schema.RunAsync(RunId, 1, "RUNNING");
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await schema.LogAsync(RunId, "loss", "3", now - 600_000, 0);
        await schema.LogAsync(RunId, "loss", "1", now, 2);
        Imports.AssertCompleted(await store.ImportAsync(request));
        Assert.Equal(["0 3"], await PointsAsync(store, RunId, "loss"));

        await schema.LogAsync(RunId, "loss", "2", now - 10, 1);
        await schema.RunAsync($"UPDATE runs SET status = 'FINISHED', end_time = {now}");
        Imports.AssertCompleted(await store.ImportAsync(request));

        Assert.Equal(["0 3", "1 2", "2 1"], await PointsAsync(store, RunId, "loss"));
    }

    [Fact]
    public async Task The_address_with_its_password_is_never_shown_or_kept()
    {
        await using var store = await StartAsync("sqlite");
        var (schema, request) = await SourceAsync(store, "postgres");
        await using var closed = schema;
        await schema.ExperimentAsync(1, "e");

        var import = await store.ImportAsync(request);

        Imports.AssertCompleted(import);
        var password = new NpgsqlConnectionStringBuilder(Address).Password ?? "";
        Assert.True(password.Length > 8);
        Assert.DoesNotContain(password, import.GetRawText(), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", Text(import, "database"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://u@127.0.0.1/db")]
    [InlineData("postgresql://127.0.0.1/db")]
    [InlineData("postgresql://u:p@127.0.0.1/")]
    [InlineData("postgresql://u:p@127.0.0.1/db?sslcert=/etc/passwd")]
    [InlineData("Host=/var/run/postgresql;Database=trials")]
    [InlineData("mysql://u:p@h/db")]
    [InlineData("http://u:p@h/db")]
    public async Task Another_address_is_refused(string address)
    {
        await using var store = await StartAsync("sqlite");

        var (status, code, message) = await store.RefusedAsync(
            HttpMethod.Post, "/api/import", $$"""{"format":"mlflow","database_uri":"{{address}}"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "CONFIG_INVALID"), (status, code));
        Assert.Contains("database_uri", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Internal_addresses_need_the_setting_and_metadata_services_are_never_reached()
    {
        await using var store = await StartAsync("sqlite", settings: ("OUTBOUND:ALLOWED_NETWORKS", "10.0.0.0/8"));

        var local = await store.ImportAsync(new { format = "mlflow", database_uri = "postgresql://u:p@127.0.0.1:1/db" });
        var metadata = await store.ImportAsync(new { format = "mlflow", database_uri = "postgresql://u:p@169.254.169.254/db" });
        var name = await store.ImportAsync(new { format = "mlflow", database_uri = "postgresql://u:p@localhost:1/db" });

        foreach (var import in (System.Text.Json.JsonElement[])[local, metadata, name])
        {
            Assert.Equal("PATH_FORBIDDEN", Text(import, "error_code"));
            Assert.Contains("OUTBOUND__ALLOWED_NETWORKS", Text(import, "message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_a_database_that_is_none_fails_the_import()
    {
        await using var store = await StartAsync("sqlite");
        var absent = await store.ImportAsync(
            new { format = "mlflow", database_uri = $"postgresql://u:p@127.0.0.1:{FreePort.Next()}/db" });
        var unknown = await store.ImportAsync(new { format = "mlflow", database_uri = MlflowSchema.UriOf(Address) + "_absent" });
        await using var empty = new NpgsqlConnection(await postgres.CreateDatabaseAsync());
        var foreign = await store.ImportAsync(new { format = "mlflow", database_uri = MlflowSchema.UriOf(empty.ConnectionString) });

        Assert.Equal(("DATA_NOT_FOUND", "The database can't be reached. Check its address, and that it is running."),
            (Text(absent, "error_code"), Text(absent, "message")));
        Assert.Equal(("DATA_NOT_FOUND", "The server has no database of that name."),
            (Text(unknown, "error_code"), Text(unknown, "message")));
        Assert.Equal("EVENT_INVALID", Text(foreign, "error_code"));
        Assert.Contains("mlflow db upgrade", Text(foreign, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_locked_and_damaged_files_fail_the_import()
    {
        await using var store = await StartAsync("sqlite");
        var foreign = Path.Combine(store.Corpus, "foreign.db");
        await using (var other = new SqliteConnection($"Data Source={foreign};Pooling=False"))
        {
            await other.OpenAsync();
            await using var create = other.CreateCommand();
            // Views are no tables: what they compute is never run.
            create.CommandText = "CREATE TABLE t (x); CREATE VIEW runs AS SELECT randomblob(1000000000) AS run_uuid";
            await create.ExecuteNonQueryAsync();
        }
        await File.WriteAllTextAsync(Path.Combine(store.Corpus, "text.db"), "no database at all");
        var damaged = Path.Combine(store.Corpus, "damaged.db");
        await (await MlflowSchema.SqliteAsync(damaged)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(damaged);
        Array.Fill(bytes, (byte)0x5a, 100, 4000);
        await File.WriteAllBytesAsync(damaged, bytes);

        foreach (var (path, expected) in ((string, string)[])
            [("foreign.db", "it is not MLflow's"), ("text.db", "neither an SQLite database nor an archive"), ("damaged.db", "damaged")])
        {
            var import = await store.ImportAsync(new { path, format = "mlflow" });
            Assert.Equal("EVENT_INVALID", Text(import, "error_code"));
            Assert.Contains(expected, Text(import, "message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_uploaded_file_is_read_and_never_written()
    {
        await using var store = await StartAsync("sqlite");
        var file = Path.Combine(store.Corpus, "mlflow.db");
        await using (var schema = await MlflowSchema.SqliteAsync(file))
        {
            await schema.ExperimentAsync(1, "e");
            await schema.RunAsync(RunId, 1);
            await schema.LogAsync(RunId, "loss", "3", Start, 0);
        }
        var before = await File.ReadAllBytesAsync(file);

        Imports.AssertCompleted(await store.UploadAsync(before, "format=mlflow"));
        Imports.AssertCompleted(await store.ImportAsync(new { path = "mlflow.db", format = "mlflow" }));

        Assert.Equal(["0 3"], await PointsAsync(store, RunId, "loss"));
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_file_that_another_program_locks_is_named_as_such()
    {
        await using var store = await StartAsync("sqlite");
        var file = Path.Combine(store.Corpus, "locked.db");
        await using var schema = await MlflowSchema.SqliteAsync(file);
        await schema.RunAsync("BEGIN EXCLUSIVE");

        var import = await store.ImportAsync(new { path = "locked.db", format = "mlflow" });

        Assert.Equal("DATA_NOT_FOUND", Text(import, "error_code"));
        Assert.Contains("locked", Text(import, "message"), StringComparison.Ordinal);
    }

    private string Address => postgres.ConnectionString;

    private async Task<(MlflowSchema Schema, object Request)> SourceAsync(StoreHost store, string source)
    {
        Directory.CreateDirectory(Path.Combine(store.Corpus, "files"));
        if (source == "sqlite")
        {
            return (await MlflowSchema.SqliteAsync(Path.Combine(store.Corpus, "mlflow.db")),
                new { path = "mlflow.db", format = "mlflow", artifacts_path = "files" });
        }
        var connection = await postgres.CreateDatabaseAsync();
        return (await MlflowSchema.PostgresAsync(connection),
            new { format = "mlflow", database_uri = MlflowSchema.UriOf(connection), artifacts_path = "files" });
    }
}
