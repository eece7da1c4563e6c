using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training.Evaluations;

internal static class EvaluationTable
{
    extension(StoreContext db)
    {
        public DbSet<Evaluation> Evaluations => db.Set<Evaluation>();
    }
}

internal sealed class EvaluationConfiguration : IEntityTypeConfiguration<Evaluation>
{
    public void Configure(EntityTypeBuilder<Evaluation> builder)
    {
        builder.ToTable("evaluations");
        builder.HasIndex(evaluation => new { evaluation.RunId, evaluation.CreatedAt });
        builder.HasIndex(evaluation => evaluation.Status);
    }
}
