using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts.Checkpoints;

internal static class CheckpointTable
{
    extension(StoreContext db)
    {
        public DbSet<Checkpoint> Checkpoints => db.Set<Checkpoint>();
    }
}

internal sealed class CheckpointConfiguration : IEntityTypeConfiguration<Checkpoint>
{
    public void Configure(EntityTypeBuilder<Checkpoint> builder)
    {
        builder.ToTable("checkpoints").HasIndex(checkpoint => new { checkpoint.RunId, checkpoint.Path }).IsUnique();
        builder.Ignore(checkpoint => checkpoint.ProblemTexts);
        builder.HasIndex(checkpoint => checkpoint.SavedAt, "IX_checkpoints_unchecked").HasFilter("validation = 'unchecked'");
        builder.Property(checkpoint => checkpoint.Validation).HasDefaultValue(CheckpointValidation.Unchecked)
            .HasSentinel((CheckpointValidation)(-1));
    }
}
