using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Transfer;

/// <summary>The SQLite database as a host sees it that keeps copies of it.</summary>
public static class EmbeddedDatabase
{
    /// <summary>Its file by this configuration, whether or not it is there; null where the store works on Postgres.</summary>
    public static string? FileOf(IConfiguration configuration, AppPaths paths)
    {
        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();
        return options.Provider is DatabaseProvider.Sqlite ? options.File(paths) : null;
    }

    /// <summary>
    /// Copies what is committed at this moment to a new file. It reads one snapshot of the write-ahead log, so whoever writes meanwhile, in this
    /// process or another, does not wait.
    /// </summary>
    /// <exception cref="IOException">It can't be copied: a disk is full, say, or the database is damaged.</exception>
    public static void Copy(string file, string copy)
    {
        try
        {
            using var source = Open(file, SqliteOpenMode.ReadWrite);
            using var target = Open(copy, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(target);
            // A single file that can be read where nothing can be written beside it.
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
    /// <exception cref="InvalidDataException">It is damaged, not one of ours, or written by a newer version.</exception>
    public static void Check(string copy)
    {
        try
        {
            using var db = Open(copy, SqliteOpenMode.ReadOnly);
            if (Texts(db, "PRAGMA integrity_check") is not ["ok"] and [var problem, ..])
            {
                throw new InvalidDataException($"the database is damaged: {problem}");
            }
            var newer = Texts(db, """SELECT "MigrationId" FROM "__EFMigrationsHistory" """).Except(Migrations(), StringComparer.Ordinal).ToList();
            if (newer is [var first, ..])
            {
                throw new InvalidDataException($"the database is of a newer version of Trainyard: it has {first}, which this version does not know");
            }
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"the database can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>The checkpoints a copy knows, as run and path.</summary>
    public static IReadOnlySet<(string RunId, string Path)> Checkpoints(string copy)
    {
        using var db = new SqliteContext(new DbContextOptionsBuilder<SqliteContext>().UseSqlite(Connection(copy, SqliteOpenMode.ReadOnly)).Options);
        return db.Checkpoints.Select(one => new { one.RunId, one.Path }).AsEnumerable().Select(one => (one.RunId, one.Path)).ToHashSet();
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
