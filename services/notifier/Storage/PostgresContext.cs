using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Trainyard.Notifier.Storage;

internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : NotifierContext(options)
{
    /// <summary>The notifier's tables are in a schema of their own, beside the store's.</summary>
    public const string Schema = "notifier";

    public const string MigrationsTable = "__EFMigrationsHistory";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        base.OnModelCreating(modelBuilder);
    }

    /// <summary>Used by <c>dotnet ef migrations add NAME --context PostgresContext --output-dir Storage/Migrations/Postgres</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresContext>
    {
        public PostgresContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresContext>()
            .UseNpgsql("Host=unused", postgres => postgres.MigrationsHistoryTable(MigrationsTable, Schema)).Options);
    }
}
