using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Sweeps;

internal static class SweepTables
{
    extension(StoreContext db)
    {
        public DbSet<Sweep> Sweeps => db.Set<Sweep>();

        public DbSet<SweepTrial> SweepTrials => db.Set<SweepTrial>();

        /// <summary>Locks a sweep for this transaction, to decide on its next trial.</summary>
        public IQueryable<Sweep> LockSweep(string id) => db.LockRows<Sweep>(id);
    }
}

internal sealed class SweepConfiguration : IEntityTypeConfiguration<Sweep>
{
    public void Configure(EntityTypeBuilder<Sweep> builder)
    {
        builder.ToTable("sweeps");
        builder.HasIndex(sweep => new { sweep.ExperimentId, sweep.CreatedAt });
        builder.HasIndex(sweep => sweep.State);
    }
}

internal sealed class SweepTrialConfiguration : IEntityTypeConfiguration<SweepTrial>
{
    public void Configure(EntityTypeBuilder<SweepTrial> builder)
    {
        builder.ToTable("trials").HasKey(trial => new { trial.SweepId, trial.Number });
        builder.HasIndex(trial => trial.RunId).IsUnique();
        builder.HasIndex(trial => new { trial.State, trial.SweepId });
    }
}
