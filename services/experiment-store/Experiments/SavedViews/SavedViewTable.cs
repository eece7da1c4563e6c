using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.SavedViews;

internal static class SavedViewTable
{
    extension(StoreContext db)
    {
        public DbSet<SavedView> Views => db.Set<SavedView>();
    }
}

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder) => builder.ToTable("views").HasKey(view => view.Id);
}
