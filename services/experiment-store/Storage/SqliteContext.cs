using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage;

namespace Trainyard.ExperimentStore.Storage;

internal sealed class SqliteContext(DbContextOptions<SqliteContext> options) : StoreContext(options)
{
    public override async Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        // Deferred: it takes no lock, so that nobody who writes waits for it.
        var transaction = ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true);
        return await Database.UseTransactionAsync(transaction, cancellationToken) ?? throw new InvalidOperationException("A transaction was begun.");
    }

    // SQLite has one writing transaction at a time: there is nothing more to lock.
    public override IQueryable<T> LockRows<T>(params string[] keys)
    {
        var key = KeyOf<T>().Key;
        return Set<T>().Where(row => keys.Contains(EF.Property<string>(row, key)));
    }

    public override Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixTime.Converter>();
    }

    /// <summary>What <c>dotnet ef migrations add NAME --context SqliteContext --output-dir Storage/Migrations/Sqlite</c> starts from.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteContext>
    {
        public SqliteContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteContext>().UseSqlite("Data Source=unused").Options);
    }
}
