using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

internal static class RunParamTable
{
    extension(StoreContext db)
    {
        public DbSet<RunParam> Params => db.Set<RunParam>();
    }
}

internal sealed class RunParamConfiguration : IEntityTypeConfiguration<RunParam>
{
    public void Configure(EntityTypeBuilder<RunParam> builder)
    {
        builder.ToTable("run_params").HasKey(param => new { param.RunId, param.Name });
        builder.HasIndex(param => new { param.Name, param.Number, param.RunId }).HasFilter("number IS NOT NULL");
    }
}
