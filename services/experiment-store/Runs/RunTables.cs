using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class RunTables
{
    extension(StoreContext db)
    {
        public DbSet<Run> Runs => db.Set<Run>();

        public DbSet<RunTag> Tags => db.Set<RunTag>();

        public DbSet<RunAttempt> Attempts => db.Set<RunAttempt>();

        /// <summary>Reads the runs that exist and locks their rows.</summary>
        public IQueryable<Run> LockRuns(params string[] ids) => db.LockRows<Run>(ids);
    }
}

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("runs");
        builder.HasIndex(run => new { run.CreatedAt, run.Id });
        builder.HasIndex(run => new { run.Name, run.Id });
        builder.HasIndex(run => new { run.ExperimentId, run.CreatedAt, run.Id });
        builder.HasIndex(run => new { run.Status, run.Id });
        builder.HasIndex(run => new { run.StartedAt, run.Id });
        builder.HasIndex(run => new { run.EndedAt, run.Id });
        builder.HasIndex(run => run.Id, "IX_runs_without_sort_keys").HasFilter("NOT has_sort_keys");
        builder.HasIndex(run => new { run.CreatedAt, run.Id }, "IX_runs_pinned").HasFilter("pinned");
        builder.HasIndex(run => run.MlflowRunId).HasFilter("mlflow_run_id IS NOT NULL");
        builder.HasIndex(run => new { run.SpectralNorm, run.CreatedAt, run.Id });
        builder.HasIndex(run => run.DeletedAt).HasFilter("deleted_at IS NOT NULL");
    }
}

internal sealed class RunTagConfiguration : IEntityTypeConfiguration<RunTag>
{
    public void Configure(EntityTypeBuilder<RunTag> builder) =>
        builder.ToTable("run_tags").HasKey(tag => new { tag.RunId, tag.Name });
}

internal sealed class RunAttemptConfiguration : IEntityTypeConfiguration<RunAttempt>
{
    public void Configure(EntityTypeBuilder<RunAttempt> builder) =>
        builder.ToTable("attempts").HasKey(attempt => new { attempt.RunId, attempt.Number });
}
