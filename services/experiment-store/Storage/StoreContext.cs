using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The model of both databases. It has no foreign keys: they would slow down inserts and chunked deletes of millions of points and
/// logs. Transactions keep rows consistent by locking the rows of their runs.
/// </summary>
internal abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>
    /// What this transaction announces, in order: live messages, calls to workers, fired alerts, written points.
    /// <see cref="IBeforeCommit"/> may add to it; <see cref="IAfterCommit"/> sends it.
    /// </summary>
    public List<object> Outgoing { get; } = [];

    /// <summary>Begins a transaction that reads from one snapshot of the database.</summary>
    public abstract Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads the rows with these keys and locks them until the transaction ends, in the order of their keys so that two transactions
    /// can't deadlock.
    /// </summary>
    public abstract IQueryable<T> LockRows<T>(params string[] keys) where T : class;

    /// <summary>
    /// Keeps other transactions from creating rows with these ids until this one ends. Read the rows again afterwards: another
    /// transaction may have created them in the meantime.
    /// </summary>
    public abstract Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Detecting changes compares every property of every tracked row, so do it only once.
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(StoreContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            if ((Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) is { IsEnum: true } type)
            {
                property.SetValueConverter(typeof(LowerCase<>).MakeGenericType(type));
            }
        }
    }

    /// <summary>The table and the key property of an entity with a single key.</summary>
    protected (string Table, string Key) KeyOf<T>()
    {
        var entity = Model.FindEntityType(typeof(T));
        return entity?.FindPrimaryKey() is { Properties: [var key] } && entity.GetTableName() is { } table
            ? (table, key.Name)
            : throw new InvalidOperationException($"{typeof(T).Name} has no primary key of a single column.");
    }
}
