using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

internal static class AlertTables
{
    extension(StoreContext db)
    {
        public DbSet<AlertRule> AlertRules => db.Set<AlertRule>();

        public DbSet<AlertState> AlertStates => db.Set<AlertState>();

        public DbSet<AlertFiring> AlertFirings => db.Set<AlertFiring>();
    }
}

internal sealed class AlertRuleConfiguration : IEntityTypeConfiguration<AlertRule>
{
    public void Configure(EntityTypeBuilder<AlertRule> builder)
    {
        builder.ToTable("alerts");
        builder.HasIndex(rule => new { rule.CreatedAt, rule.Id });
        builder.HasIndex(rule => rule.RunId);
        builder.Property(rule => rule.WebhookUrl).HasConversion<SealedText.Converter>();
    }
}

internal sealed class AlertStateConfiguration : IEntityTypeConfiguration<AlertState>
{
    public void Configure(EntityTypeBuilder<AlertState> builder)
    {
        builder.ToTable("alert_states").HasKey(state => new { state.RunId, state.AlertId });
        builder.HasIndex(state => state.AlertId);
    }
}

internal sealed class AlertFiringConfiguration : IEntityTypeConfiguration<AlertFiring>
{
    public void Configure(EntityTypeBuilder<AlertFiring> builder)
    {
        builder.ToTable("alert_firings");
        builder.HasIndex(firing => new { firing.RunId, firing.AlertId, firing.Attempt }).IsUnique();
        builder.HasIndex(firing => new { firing.AlertId, firing.FiredAt, firing.Id });
        builder.HasIndex(firing => new { firing.FiredAt, firing.Id });
        builder.HasIndex(firing => firing.PublishedAt);
        builder.HasIndex(firing => firing.WebhookDueAt).HasFilter("webhook_due_at IS NOT NULL");
        builder.Property(firing => firing.WebhookUrl).HasConversion<SealedText.Converter>();
    }
}
