using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Artifacts;

internal static class ArtifactTable
{
    extension(StoreContext db)
    {
        public DbSet<Artifact> Artifacts => db.Set<Artifact>();
    }
}

internal sealed class ArtifactConfiguration : IEntityTypeConfiguration<Artifact>
{
    public void Configure(EntityTypeBuilder<Artifact> builder) =>
        builder.ToTable("artifacts").HasIndex(artifact => new { artifact.RunId, artifact.Path }).IsUnique();
}
