using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

internal static class TrainerTables
{
    extension(StoreContext db)
    {
        public DbSet<Trainer> Trainers => db.Set<Trainer>();

        public DbSet<Delivery> Deliveries => db.Set<Delivery>();
    }
}

internal sealed class TrainerConfiguration : IEntityTypeConfiguration<Trainer>
{
    public void Configure(EntityTypeBuilder<Trainer> builder)
    {
        builder.ToTable("trainers").HasKey(trainer => trainer.Name);
        builder.Property(trainer => trainer.Secret).HasConversion<SealedText.Converter>();
    }
}

internal sealed class DeliveryConfiguration : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("deliveries").HasKey(delivery => delivery.RunId);
        builder.HasIndex(delivery => delivery.DueAt);
    }
}
