using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class ExperimentTables
{
    extension(StoreContext db)
    {
        public DbSet<Experiment> Experiments => db.Set<Experiment>();

        public IQueryable<Experiment> LockExperiment(string id) => db.LockRows<Experiment>(id);
    }
}

internal sealed class ExperimentConfiguration : IEntityTypeConfiguration<Experiment>
{
    public void Configure(EntityTypeBuilder<Experiment> builder)
    {
        builder.ToTable("experiments").HasIndex(experiment => new { experiment.CreatedAt, experiment.Id });
        builder.Property(experiment => experiment.Folder).HasDefaultValue("");
    }
}
