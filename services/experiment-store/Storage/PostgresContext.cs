using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Sweeps;

namespace Trainyard.ExperimentStore.Storage;

internal sealed class PostgresContext(DbContextOptions<PostgresContext> options) : StoreContext(options)
{
    public override IBulk Bulk => new PostgresBulk(this);

    public override Task<IDbContextTransaction> SnapshotAsync(CancellationToken cancellationToken) =>
        Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public override IQueryable<Run> LockRuns(string[] runIds) =>
        Runs.FromSql($"SELECT * FROM runs WHERE id = ANY({runIds}) ORDER BY id FOR UPDATE");

    // In the order of the ids, so that two replicas with the same new rows can't wait for each other.
    public override Task ReserveAsync(string kind, string[] ids, CancellationToken cancellationToken) => Database.ExecuteSqlAsync(
        $"SELECT pg_advisory_xact_lock(hashtextextended({kind} || '/' || id, 0)) FROM (SELECT id FROM unnest({ids}) AS id ORDER BY id) AS missing",
        cancellationToken);

    public override IQueryable<Sweep> LockSweep(string sweepId) => Sweeps.FromSql($"SELECT * FROM sweeps WHERE id = {sweepId} FOR UPDATE");

    public override IQueryable<Experiment> LockExperiment(string experimentId) =>
        Experiments.FromSql($"SELECT * FROM experiments WHERE id = {experimentId} FOR UPDATE");

    public override IQueryable<SequencePage> LockSequencePages(string[] keys) =>
        SequencePages.FromSql($"SELECT * FROM sequence_pages WHERE key = ANY({keys}) ORDER BY key FOR UPDATE");

    /// <summary>What <c>dotnet ef migrations add NAME --context PostgresContext --output-dir Storage/Migrations/Postgres</c> starts from.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<PostgresContext>
    {
        public PostgresContext CreateDbContext(string[] args) =>
            new(new DbContextOptionsBuilder<PostgresContext>().UseNpgsql("Host=unused").Options);
    }
}
