using System.Data;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage;

namespace Trainyard.ExperimentStore.Storage;

internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : StoreContext(options)
{
    public override Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken) =>
        Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public override IQueryable<T> LockRows<T>(params string[] keys)
    {
        var (table, key) = KeyOf<T>();
        var column = JsonNamingPolicy.SnakeCaseLower.ConvertName(key);
        var sql = $"SELECT * FROM {table} WHERE {column} = ANY({{0}}) ORDER BY {column} FOR UPDATE";
        return Set<T>().FromSqlRaw(sql, [keys]);
    }

    // Locks in the order of the ids, so that two replicas can't deadlock.
    public override Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken) => Database.ExecuteSqlAsync(
        $"""
        SELECT pg_advisory_xact_lock(hashtextextended({kind} || '/' || id, 0))
        FROM (SELECT id FROM unnest({ids}) AS id ORDER BY id) AS missing
        """,
        cancellationToken);

    /// <summary>Used by <c>dotnet ef migrations add NAME --context PostgresContext --output-dir Storage/Migrations/Postgres</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresContext>
    {
        public PostgresContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql("Host=unused").Options);
    }
}
