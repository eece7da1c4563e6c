using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Reconciling;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Redis;

namespace Trainyard.ExperimentStore;

/// <summary>Runs, experiments, metrics, checkpoints, artifacts and logs: owns the database.</summary>
public static class ExperimentStoreExtensions
{
    public static void AddExperimentStore(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<RunOptions>().BindConfiguration(RunOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddRedis();

        builder.Services.AddSingleton<StoreContexts>();
        builder.Services.AddSingleton<Database>();
        builder.Services.AddHosted<SchemaMigration>();
        builder.Services.AddHealthChecks().TryAdd(new("database", services => services.GetRequiredService<SchemaMigration>(), HealthStatus.Unhealthy, tags: null));

        builder.Services.AddSingleton<StoreTelemetry>();
        builder.Services.AddSingleton<EventWriter>();
        builder.Services.AddSingleton<RunFlags>();
        builder.Services.AddSingleton<RunRemoval>();
        builder.Services.AddHosted<LivePublisher>();
        builder.Services.AddHosted<WakeUpSender>();

        builder.ConfigureBus(bus =>
        {
            bus.AddConsumer<EventBatchConsumer>(typeof(EventBatchConsumerDefinition));
            bus.AddConsumer<ClaimRunConsumer>();
        });
    }

    public static void MapExperimentStore(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").RefuseUnknownQuery();
        api.MapRuns();
        api.MapMetrics();
    }

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
