using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Media;

internal static class MediaTable
{
    extension(StoreContext db)
    {
        public DbSet<MediaItem> Media => db.Set<MediaItem>();

        /// <summary>The items of a run that no later attempt has replaced.</summary>
        public IQueryable<MediaItem> CurrentMedia(string runId) =>
            from item in db.Media
            join attempt in db.Attempts
                on new { item.RunId, Number = item.Attempt } equals new { attempt.RunId, attempt.Number }
            where item.RunId == runId && item.Step < attempt.UntilStep
            select item;
    }
}

internal sealed class MediaConfiguration : IEntityTypeConfiguration<MediaItem>
{
    public void Configure(EntityTypeBuilder<MediaItem> builder) => builder.ToTable("media")
        .HasIndex(item => new { item.RunId, item.Name, item.Kind, item.Step, item.Index, item.Attempt }).IsUnique();
}
