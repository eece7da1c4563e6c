using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Transfer;

/// <summary>Copies and checks the SQLite database for backups.</summary>
public static class EmbeddedDatabase
{
    /// <summary>The configured file, which may not exist; null if the store uses Postgres.</summary>
    public static string? FileOf(IConfiguration configuration, AppPaths paths)
    {
        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();
        return options.Provider is DatabaseProvider.Sqlite ? options.File(paths) : null;
    }

    /// <summary>
    /// Copies all committed data to a new file. It reads one snapshot of the write-ahead log and blocks no writer, in this process or
    /// another.
    /// </summary>
    /// <exception cref="IOException">The copy failed: the disk is full, say, or the database is damaged.</exception>
    public static void Copy(string file, string copy)
    {
        try
        {
            using var source = Open(file, SqliteOpenMode.ReadWrite);
            using var target = Open(copy, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(target);
            // Without a write-ahead log, the file can be read from a read-only folder.
            using var journal = target.CreateCommand();
            journal.CommandText = "PRAGMA journal_mode = DELETE";
            journal.ExecuteNonQuery();
        }
        catch (SqliteException exception)
        {
            throw new IOException($"{file} can't be copied ({exception.Message}).", exception);
        }
    }

    /// <summary>Checks a copy from its first page to its last.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, not a Trainyard database, or from a newer version.</exception>
    public static void Check(string copy)
    {
        try
        {
            using var db = Open(copy, SqliteOpenMode.ReadOnly);
            if (Texts(db, "PRAGMA integrity_check") is not ["ok"] and [var problem, ..])
            {
                throw new InvalidDataException($"the database is damaged: {problem}");
            }
            var migrations = Texts(db, """SELECT "MigrationId" FROM "__EFMigrationsHistory" """);
            var newer = migrations.Except(Migrations(), StringComparer.Ordinal).ToList();
            if (newer is [var first, ..])
            {
                throw new InvalidDataException(
                    $"the database is from a newer version of Trainyard: this version has no migration {first}. Update Trainyard");
            }
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"the database can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>The checkpoints in a copy, as run and path.</summary>
    public static IReadOnlySet<(string RunId, string Path)> Checkpoints(string copy)
    {
        var options = new DbContextOptionsBuilder<SqliteContext>().UseSqlite(Connection(copy, SqliteOpenMode.ReadOnly)).Options;
        using var db = new SqliteContext(options);
        return db.Checkpoints.Select(checkpoint => new { checkpoint.RunId, checkpoint.Path }).AsEnumerable()
            .Select(checkpoint => (checkpoint.RunId, checkpoint.Path)).ToHashSet();
    }

    private static IEnumerable<string> Migrations()
    {
        using var db = new SqliteContext(new DbContextOptionsBuilder<SqliteContext>().UseSqlite().Options);
        return db.Database.GetMigrations();
    }

    private static List<string> Texts(SqliteConnection db, string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var texts = new List<string>();
        while (rows.Read())
        {
            texts.Add(rows.GetString(0));
        }
        return texts;
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(Connection(file, mode));
        connection.Open();
        return connection;
    }

    private static string Connection(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString();
}
