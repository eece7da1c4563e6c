using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Trainyard.Artifacts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Alerts;
using Trainyard.ExperimentStore.Artifacts;
using Trainyard.ExperimentStore.Artifacts.Checkpoints;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Events.Announcements;
using Trainyard.ExperimentStore.Events.Logs;
using Trainyard.ExperimentStore.Experiments;
using Trainyard.ExperimentStore.Experiments.Compare;
using Trainyard.ExperimentStore.Experiments.Importance;
using Trainyard.ExperimentStore.Experiments.RunLists;
using Trainyard.ExperimentStore.Experiments.SavedViews;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.HostMetrics;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Live.Streams;
using Trainyard.ExperimentStore.Media;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Metrics.Retention;
using Trainyard.ExperimentStore.Mirror;
using Trainyard.ExperimentStore.Mlflow;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Sweeps;
using Trainyard.ExperimentStore.Sweeps.Trainers;
using Trainyard.ExperimentStore.TensorBoard;
using Trainyard.ExperimentStore.Training;
using Trainyard.ExperimentStore.Training.Evaluations;
using Trainyard.ExperimentStore.Training.Reproductions;
using Trainyard.ExperimentStore.Transfer.Exporting;
using Trainyard.ExperimentStore.Transfer.Importing;
using Trainyard.ExperimentStore.Transfer.Importing.Mlflow;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;
using Trainyard.ServiceDefaults.Redis;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.ServiceDefaults.TrainEvents;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore;

/// <summary>Registers the experiment store: runs, experiments, metrics, checkpoints, artifacts, logs, and their database.</summary>
public static class ExperimentStoreExtensions
{
    public static void AddExperimentStore(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        builder.Services.AddSettings<EventQueueOptions>(EventQueueOptions.Section);
        builder.Services.AddSettings<RunOptions>(RunOptions.Section);
        builder.Services.AddSettings<LiveOptions>(LiveOptions.Section);
        builder.Services.AddSettings<AlertOptions>(AlertOptions.Section);
        builder.Services.AddSettings<SweepOptions>(SweepOptions.Section);
        builder.Services.AddSettings<TrainerOptions>(TrainerOptions.Section);
        builder.Services.AddSettings<OutboundOptions>(OutboundOptions.Section);
        builder.Services.AddSettings<MachineOptions>(MachineOptions.Section);
        builder.Services.AddSettings<RetentionOptions>(RetentionOptions.Section);
        builder.Services.AddSettings<CheckpointOptions>(CheckpointOptions.Section);
        builder.Services.AddSettings<ArtifactOptions>(ArtifactOptions.Section);
        builder.Services.AddSettings<ImportOptions>(ImportOptions.Section);
        builder.Services.AddSettings<TensorBoardOptions>(TensorBoardOptions.Section);
        builder.Services.AddSettings<MirrorOptions>(MirrorOptions.Section);
        builder.Services.AddDatabaseClock(builder.Configuration.GetWord(DatabaseOptions.Section, "PROVIDER", DatabaseProvider.Postgres));
        builder.Services.AddHttpContextAccessor();
        builder.AddRedis();
        builder.AddTrainEvents();

        builder.AddStoreContexts();
        builder.Services.AddSingleton<FailedWrites>();
        builder.Services.AddSingleton<IInterceptor, ParamsOfConfigs>();
        builder.Services.AddSingleton<IBeforeCommit>(services => services.GetRequiredService<AlertWatch>());
        builder.Services.AddAfterCommit<LivePublisher>();
        builder.Services.AddAfterCommit<RunAnnouncements>();
        builder.Services.AddAfterCommit<WakeUpSender>();
        builder.Services.AddAfterCommit<FiredAlerts>();
        builder.Services.AddAfterCommit<RuleChangeChannel>();
        builder.Services.AddAfterCommit<SweepSignals>();
        builder.Services.AddAfterCommit<StoreTelemetry>();
        builder.Services.AddAfterCommit<ChangedRuns>();
        builder.Services.AddAfterCommit<MirrorChanges>();
        builder.Services.AddSingleton<Database>();
        builder.Services.AddHosted<SchemaMigration>();
        builder.Services.AddHealthChecks().TryAdd(
            new("database", services => services.GetRequiredService<SchemaMigration>(), HealthStatus.Unhealthy, tags: null));

        builder.Services.AddSingleton<StoreTelemetry>();
        builder.Services.AddSingleton<EventWriter>();
        builder.Services.AddSingleton<RunAnnouncements>();
        builder.Services.AddHosted<EventStore>();
        builder.Services.AddSingleton<IEventStore>(services => services.GetRequiredService<EventStore>());
        builder.Services.AddMaintenance<ExpiredKeys>();
        builder.Services.AddSingleton<RunFlags>();
        builder.Services.AddSingleton<RunStates>();
        builder.Services.AddMaintenance<RunStateRefresh>();
        builder.Services.AddMaintenance<RunRemoval>();
        builder.Services.AddSingleton<IRemoval, SeriesRemoval>();
        builder.Services.AddSingleton<IRemoval, BoardRemoval>();
        builder.Services.AddSingleton<IRemoval, EventRemoval>();
        builder.Services.AddSingleton<IRemoval, ArtifactRemoval>();
        builder.Services.AddSingleton<IRemoval, MediaRemoval>();
        builder.Services.AddSingleton<IRemoval, AlertRemoval>();
        builder.Services.AddSingleton<IRemoval, SweepRemoval>();
        builder.Services.AddSingleton<IRemoval, MlflowRemoval>();
        builder.Services.AddSingleton<TrainingInputs>();
        builder.Services.TryAddSingleton(
            services => RemoteArtifacts.Create(services.GetRequiredService<IOptions<ArtifactOptions>>().Value));
        builder.Services.AddSingleton<ArtifactFiles>();
        builder.Services.AddSingleton<RunFiles>();
        builder.Services.AddSingleton<CheckpointPaths>();
        builder.Services.AddMaintenance<CheckpointChecks>();
        builder.Services.AddSingleton<LogStreams>();
        builder.Services.AddSingleton<PointReader>();
        builder.Services.AddSingleton<ChangedRuns>();
        builder.Services.AddSingleton<BoardSource>();
        builder.Services.AddStoreJob<ExternalBoards>();
        builder.Services.AddSingleton<ExportSource>();
        builder.Services.AddMlflow();
        builder.Services.AddSingleton<ImportFolders>();
        builder.Services.AddSingleton<ImportSources>();
        builder.Services.AddSingleton<ImportedFiles>();
        builder.Services.AddSingleton<MlflowPostgres>();
        builder.Services.AddStoreJob<ImportWorker>();
        builder.Services.AddMirror();
        builder.Services.AddSingleton<AlertRules>();
        builder.Services.AddSingleton<AlertWatch>();
        builder.Services.AddSingleton<StallWatch>();
        builder.Services.AddSingleton<EvaluationWatch>();
        builder.Services.AddSingleton<FiredAlerts>();
        builder.Services.AddStoreJob<AlertPublisher>();
        builder.Services.AddStoreJob<WebhookSender>();
        builder.Services.AddSingleton<MachineHistory>();
        builder.Services.AddSingleton<SweepSignals>();
        builder.Services.AddSingleton<PruningJudge>();
        builder.Services.AddSingleton<TrialLauncher>();
        builder.Services.AddSingleton<SealedSecrets>();
        builder.Services.AddSingleton<SignedPosts>();
        builder.Services.AddStoreJob<SweepDriver>();
        builder.Services.AddStoreJob<TrainerDispatcher>();
        builder.Services.AddHosted<MachineMonitor>();
        builder.Services.AddHosted<RuleChangeChannel>();
        builder.Services.AddHosted<LiveHub>();
        builder.Services.AddHosted<LivePublisher>();
        builder.Services.AddHosted<TrainEventHub>();
        builder.Services.AddSingleton<EventStream>();
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddHosted<WakeUpSender>();
        builder.Services.AddMaintenance<SortKeys>();
        builder.Services.AddStoreJob<Reconciler>();
        builder.Services.AddStoreJob<RetentionJob>();
        builder.Services.AddStoreJob<MaintenanceJobs>();

        builder.ConfigureBus(bus =>
        {
            bus.AddConsumer<EventBatchConsumer>(typeof(EventBatchConsumerDefinition));
            bus.AddConsumer<ClaimRunConsumer>();
            bus.AddConsumer<FindRunConsumer>();
            bus.AddConsumer<ClaimEvaluationConsumer>();
            bus.AddConsumer<EvaluationEndedConsumer>();
        });
    }

    public static void MapExperimentStore(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").RefuseUnknownQuery().AnswerHead();
        api.MapRuns();
        api.MapRunOrganising();
        api.MapBulk();
        api.MapTraining();
        api.MapModelFamilies();
        api.MapRunControl();
        api.MapMetrics();
        api.MapLogMetrics();
        api.MapCheckpoints();
        api.MapCheckpointControl();
        api.MapEvaluations();
        api.MapReproductions();
        api.MapLogs();
        api.MapExperiments();
        api.MapCompare();
        api.MapImportance();
        api.MapSweeps();
        api.MapAskAndTell();
        api.MapTrials();
        api.MapTrainers();
        api.MapArtifacts();
        api.MapMedia();
        api.MapExport();
        api.MapImport();
        api.MapAlerts();
        api.MapMachine();
        api.MapViews();
        api.MapEventStream();
        endpoints.MapMlflow();
        endpoints.MapLive();
    }

    /// <summary>Adds a background job that starts once the database is migrated.</summary>
    public static void AddStoreJob<T>(this IServiceCollection services) where T : BackgroundService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider =>
            new StartsAfterMigration<T>(provider.GetRequiredService<SchemaMigration>(), provider.GetRequiredService<T>()));
    }

    private static void AddAfterCommit<T>(this IServiceCollection services) where T : class, IAfterCommit =>
        services.AddSingleton<IAfterCommit>(provider => provider.GetRequiredService<T>());

    private static void AddMaintenance<T>(this IServiceCollection services) where T : class, IMaintenanceJob
    {
        services.AddSingleton<T>();
        services.AddSingleton<IMaintenanceJob>(provider => provider.GetRequiredService<T>());
    }

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
