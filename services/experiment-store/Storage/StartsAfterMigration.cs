namespace Trainyard.ExperimentStore.Storage;

/// <summary>Runs a background job of the store once the schema is up to date, however long that takes.</summary>
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
