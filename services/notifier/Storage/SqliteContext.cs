using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Trainyard.Notifier.Storage;

internal sealed class SqliteContext(DbContextOptions<SqliteContext> options) : NotifierContext(options)
{
    /// <summary>Used by <c>dotnet ef migrations add NAME --context SqliteContext --output-dir Storage/Migrations/Sqlite</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteContext>
    {
        public SqliteContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteContext>().UseSqlite("Data Source=unused").Options);
    }

    /// <summary>Readers don't wait for the writer, and a writer waits for another one.</summary>
    internal sealed class Pragmas : DbConnectionInterceptor
    {
        private const string Statements = "PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Statements;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Statements;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
