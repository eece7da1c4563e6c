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
        // Deferred: takes no lock, so writers don't wait for it.
        var transaction = ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true);
        return await Database.UseTransactionAsync(transaction, cancellationToken)
            ?? throw new InvalidOperationException("EF Core did not accept the transaction.");
    }

    // SQLite allows one writing transaction at a time, so there is nothing to lock.
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

    /// <summary>Used by <c>dotnet ef migrations add NAME --context SqliteContext --output-dir Storage/Migrations/Sqlite</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteContext>
    {
        public SqliteContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<SqliteContext>().UseSqlite("Data Source=unused").Options);
    }
}
