using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Experiments;

/// <summary>What MLflow's clients set on an experiment and Trainyard has no field for.</summary>
internal sealed class MlflowExperiment
{
    public required string ExperimentId { get; init; }

    /// <summary>Where clients put the files of its runs themselves; null for Trainyard's artifact proxy.</summary>
    public string? ArtifactLocation { get; init; }

    /// <summary>When a client last changed the experiment.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

internal static class MlflowExperimentTable
{
    extension(StoreContext db)
    {
        public DbSet<MlflowExperiment> MlflowExperiments => db.Set<MlflowExperiment>();
    }
}

internal sealed class MlflowExperimentConfiguration : IEntityTypeConfiguration<MlflowExperiment>
{
    public void Configure(EntityTypeBuilder<MlflowExperiment> builder) =>
        builder.ToTable("mlflow_experiments").HasKey(experiment => experiment.ExperimentId);
}
