using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Transfer.Importing;

internal static class ImportTables
{
    extension(StoreContext db)
    {
        public DbSet<Import> Imports => db.Set<Import>();

        public DbSet<ImportedPart> ImportedParts => db.Set<ImportedPart>();
    }
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<Import>
{
    public void Configure(EntityTypeBuilder<Import> builder)
    {
        builder.ToTable("imports").HasIndex(import => new { import.CreatedAt, import.Id });
        builder.Property(import => import.DatabaseUri).HasConversion<SealedText.Converter>();
    }
}

internal sealed class ImportedPartConfiguration : IEntityTypeConfiguration<ImportedPart>
{
    public void Configure(EntityTypeBuilder<ImportedPart> builder) =>
        builder.ToTable("imported_parts").HasKey(part => new { part.RunId, part.Part });
}
