using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Sweeps;

namespace Trainyard.ExperimentStore.Storage;

internal sealed class SqliteContext(DbContextOptions<SqliteContext> options) : StoreContext(options)
{
    public override IBulk Bulk => new SqliteBulk(this);

    public override async Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        // Deferred: it takes no lock, so that nobody who writes waits for it.
        var transaction = ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true);
        return await Database.UseTransactionAsync(transaction, cancellationToken) ?? throw new InvalidOperationException("A transaction was begun.");
    }

    // A transaction that writes is the only one: nothing more to lock.
    public override IQueryable<Run> LockRuns(string[] runIds) => Runs.Where(run => runIds.Contains(run.Id));

    public override Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken) => Task.CompletedTask;

    public override IQueryable<Sweep> LockSweep(string sweepId) => Sweeps.Where(sweep => sweep.Id == sweepId);

    public override IQueryable<Experiment> LockExperiment(string experimentId) => Experiments.Where(experiment => experiment.Id == experimentId);

    public override IQueryable<SequencePage> LockSequencePages(string[] keys) => SequencePages.Where(row => keys.Contains(row.Key));

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
