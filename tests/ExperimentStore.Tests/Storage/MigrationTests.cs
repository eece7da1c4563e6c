using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Tests.Storage;

/// <summary>Stores of two versions work on one database while they are replaced one by one.</summary>
public class MigrationTests
{
    // Until this one nobody had a database to keep.
    private const string LastBeforeRelease = "Initial";

    public static TheoryData<MigrationOperation, bool> Operations => new()
    {
        { new AddColumnOperation { Table = "runs", Name = "colour", ClrType = typeof(string), IsNullable = true }, true },
        { new AddColumnOperation { Table = "runs", Name = "weight", ClrType = typeof(double), DefaultValue = 1.0 }, true },
        { new AddColumnOperation { Table = "runs", Name = "weight", ClrType = typeof(double) }, false },
        { new CreateTableOperation { Name = "ideas" }, true },
        { new CreateIndexOperation { Table = "runs", Name = "ix", Columns = ["name"] }, true },
        { new CreateIndexOperation { Table = "runs", Name = "ix", Columns = ["name"], IsUnique = true }, false },
        { new DropColumnOperation { Table = "runs", Name = "name" }, false },
        { new RenameColumnOperation { Table = "runs", Name = "name", NewName = "title" }, false },
        { new DropTableOperation { Name = "runs" }, false },
        { new AlterColumnOperation { Table = "runs", Name = "name", ClrType = typeof(string) }, false },
        { new SqlOperation { Sql = "DELETE FROM runs" }, false },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void What_an_older_store_can_live_with_is_told_from_what_it_can_not(MigrationOperation operation, bool harmless) =>
        Assert.Equal(harmless, IsHarmless(operation));

    [Fact]
    public void Migrations_since_the_first_release_only_add()
    {
        using var postgres = new PostgresContext.DesignTime().CreateDbContext([]);
        using var sqlite = new SqliteContext.DesignTime().CreateDbContext([]);

        foreach (var db in (StoreContext[])[postgres, sqlite])
        {
            var assembly = db.GetService<IMigrationsAssembly>();
            var since = assembly.Migrations
                .SkipWhile(migration => !migration.Key.EndsWith($"_{LastBeforeRelease}", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(since);
            foreach (var (id, type) in since.Skip(1))
            {
                var operations = assembly.CreateMigration(type, db.Database.ProviderName ?? "").UpOperations;
                // A store of the version before doesn't write into a table it doesn't know.
                var created = operations.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
                Assert.All(operations, operation => Assert.True(
                    IsHarmless(operation) || (operation is CreateIndexOperation index && created.Contains(index.Table)),
                    $"{id}: {operation.GetType().Name} would break stores of the version before."));
            }
        }
    }

    [Fact]
    public void Both_databases_have_every_change_of_the_model()
    {
        using var postgres = new PostgresContext.DesignTime().CreateDbContext([]);
        using var sqlite = new SqliteContext.DesignTime().CreateDbContext([]);

        Assert.All([postgres, (DbContext)sqlite], db => Assert.False(db.Database.HasPendingModelChanges()));
        Assert.Equal(Names(postgres), Names(sqlite));
    }

    private static IEnumerable<string> Names(DbContext db) =>
        db.Database.GetMigrations().Select(id => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..]);

    private static bool IsHarmless(MigrationOperation operation) => operation switch
    {
        AddColumnOperation column => column.IsNullable || column.DefaultValue is not null || column.DefaultValueSql is not null,
        CreateIndexOperation index => !index.IsUnique,
        CreateTableOperation => true,
        _ => false,
    };
}
