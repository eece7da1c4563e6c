using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// The one model of both databases. It has no foreign keys: points and logs arrive by the million and a run's are deleted in
/// chunks, so what belongs together is kept so by the transactions that write it, each of which holds its runs' rows.
/// </summary>
internal abstract class StoreContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>
    /// What this transaction announces, in the order in which it happened: live messages, calls to workers, fired alerts, written points.
    /// <see cref="IBeforeCommit"/> may add to it; <see cref="IAfterCommit"/> passes it on.
    /// </summary>
    public List<object> Outgoing { get; } = [];

    /// <summary>From here on the context sees one state of the database, whatever is written meanwhile.</summary>
    public abstract Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The rows with these keys, held for this transaction. Rows are locked in the order of their keys, so that two transactions can't
    /// deadlock.
    /// </summary>
    public abstract IQueryable<T> LockRows<T>(params string[] keys) where T : class;

    /// <summary>
    /// Keeps other transactions from creating rows with these ids until this one ends. Look for the rows again afterwards: another
    /// transaction may have created them meanwhile.
    /// </summary>
    public abstract Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // Detecting changes compares every property of every tracked row: do it once.
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

    /// <summary>The table and the one key column of an entity.</summary>
    protected (string Table, string Key) KeyOf<T>()
    {
        var entity = Model.FindEntityType(typeof(T));
        return entity?.FindPrimaryKey() is { Properties: [var key] } && entity.GetTableName() is { } table
            ? (table, key.Name)
            : throw new InvalidOperationException($"{typeof(T).Name} is no entity with a key of one column.");
    }
}
