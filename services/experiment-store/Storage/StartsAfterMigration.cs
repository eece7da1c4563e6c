namespace Trainyard.ExperimentStore.Storage;

/// <summary>Starts a background job once the schema is up to date.</summary>
internal sealed class StartsAfterMigration<T>(SchemaMigration schema, T job) : BackgroundService where T : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.CompletedAsync(stoppingToken);
        await job.StartAsync(stoppingToken);
        await (job.ExecuteTask ?? Task.CompletedTask);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await job.StopAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }
}
