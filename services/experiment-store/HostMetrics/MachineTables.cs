using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.HostMetrics;

internal static class MachineTables
{
    extension(StoreContext db)
    {
        public DbSet<SampledMachine> Machines => db.Set<SampledMachine>();

        public DbSet<MachineSample> MachineSamples => db.Set<MachineSample>();
    }
}

internal sealed class SampledMachineConfiguration : IEntityTypeConfiguration<SampledMachine>
{
    public void Configure(EntityTypeBuilder<SampledMachine> builder) => builder.ToTable("machines").HasKey(machine => machine.InstanceId);
}

internal sealed class MachineSampleConfiguration : IEntityTypeConfiguration<MachineSample>
{
    public void Configure(EntityTypeBuilder<MachineSample> builder) =>
        builder.ToTable("machine_samples").HasKey(sample => new { sample.InstanceId, sample.Width, sample.Time });
}
