using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

internal static class LogTable
{
    extension(StoreContext db)
    {
        public DbSet<LogLine> Logs => db.Set<LogLine>();
    }
}

internal sealed class LogLineConfiguration : IEntityTypeConfiguration<LogLine>
{
    public void Configure(EntityTypeBuilder<LogLine> builder) =>
        builder.ToTable("logs").HasIndex(line => new { line.RunId, line.Id });
}
