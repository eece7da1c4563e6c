using Microsoft.Data.Sqlite;
using Trainyard.ExperimentStore.Transfer;
using Trainyard.Harness;

namespace Trainyard.ExperimentStore.Tests.Storage;

public sealed class EmbeddedDatabaseTests(PostgresServer postgres, RedisServer redis) : StoreTests(postgres, redis), IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("trainyard-copies-").FullName;

    [Fact]
    public async Task A_copy_holds_what_was_stored_before_it_and_the_store_goes_on_writing()
    {
        var data = Path.Combine(folder, "data");
        await using var store = await StoreHost.StartAsync(await SettingsAsync("sqlite", ("APP:DATA_ROOT", data)));
        await store.StoreAsync(Event.Metric("r", 1, "loss", 0.5), Event.Checkpoint("r", "checkpoints/1", 1));

        var copy = Path.Combine(folder, "copy.db");
        EmbeddedDatabase.Copy(Path.Combine(data, "trainyard.db"), copy);
        EmbeddedDatabase.Check(copy);
        await store.StoreAsync(Event.Metric("r", 2, "loss", 0.25));

        Assert.Equal([("r", "checkpoints/1")], EmbeddedDatabase.Checkpoints(copy));
        Assert.Equal([copy], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_copy_of_a_newer_version_or_of_nothing_of_ours_is_refused()
    {
        var data = Path.Combine(folder, "data");
        var copy = Path.Combine(folder, "copy.db");
        await using (var store = await StoreHost.StartAsync(await SettingsAsync("sqlite", ("APP:DATA_ROOT", data))))
        {
            await UntilReadyAsync(store);
            EmbeddedDatabase.Copy(Path.Combine(data, "trainyard.db"), copy);
        }
        await ExecuteAsync(copy, """INSERT INTO "__EFMigrationsHistory" VALUES ('29991231235959_FromTheFuture', '99')""");

        Assert.Contains(
            "FromTheFuture",
            Assert.Throws<InvalidDataException>(() => EmbeddedDatabase.Check(copy)).Message,
            StringComparison.Ordinal);

        var foreign = Path.Combine(folder, "foreign.db");
        await ExecuteAsync(foreign, "CREATE TABLE something (id INTEGER)");
        Assert.Throws<InvalidDataException>(() => EmbeddedDatabase.Check(foreign));
        await File.WriteAllTextAsync(foreign, new string('x', 8192));
        Assert.Throws<InvalidDataException>(() => EmbeddedDatabase.Check(foreign));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task ExecuteAsync(string file, string sql)
    {
        await using var db = new SqliteConnection($"Data Source={file};Pooling=False");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
