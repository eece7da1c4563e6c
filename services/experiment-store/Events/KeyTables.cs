using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events;

internal static class KeyTables
{
    extension(StoreContext db)
    {
        public DbSet<RememberedKey> Keys => db.Set<RememberedKey>();

        public DbSet<SequencePage> SequencePages => db.Set<SequencePage>();

        public IQueryable<SequencePage> LockSequencePages(string[] keys) => db.LockRows<SequencePage>(keys);
    }
}

internal sealed class RememberedKeyConfiguration : IEntityTypeConfiguration<RememberedKey>
{
    public void Configure(EntityTypeBuilder<RememberedKey> builder)
    {
        builder.ToTable("remembered_keys").HasKey(key => key.Key);
        builder.HasIndex(key => key.StoredAt);
        builder.HasIndex(key => key.RunId).HasFilter("run_id <> ''");
    }
}

internal sealed class SequencePageConfiguration : IEntityTypeConfiguration<SequencePage>
{
    public void Configure(EntityTypeBuilder<SequencePage> builder)
    {
        builder.ToTable("sequence_pages").HasKey(page => page.Key);
        builder.HasIndex(page => page.RunId);
    }
}
