using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Trainyard.Artifacts;
using Trainyard.Contracts.Evaluation;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Training;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Redis;
using Trainyard.ServiceDefaults.TensorBoard;
using Trainyard.ServiceDefaults.TrainEvents;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Evaluation;
using Trainyard.TrainerWorker.Events;
using Trainyard.TrainerWorker.Generation;
using Trainyard.TrainerWorker.Leases;
using Trainyard.TrainerWorker.TensorBoard;
using Trainyard.TrainerWorker.Training;
using Trainyard.TrainerWorker.Uploads;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker;

/// <summary>The trainer worker: trains and evaluates models, one at a time, and generates text.</summary>
public static class TrainerWorkerExtensions
{
    public static void AddTrainerWorker(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<WorkerOptions>(WorkerOptions.Section);
        builder.Services.AddSettings<ArtifactOptions>(ArtifactOptions.Section);
        builder.Services.AddSettings<TensorBoardOptions>(TensorBoardOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(services =>
            RemoteArtifacts.Create(services.GetRequiredService<IOptions<ArtifactOptions>>().Value));
        builder.AddRedis();
        builder.AddTrainEvents();

        builder.Services.AddSingleton<WorkerIdentity>();
        builder.Services.AddSingleton<IComputeStarter, ChildProcessStarter>();
        builder.Services.AddSingleton<ComputeProcesses>();
        builder.Services.AddSingleton<RunLeases>();
        builder.Services.AddSingleton<RunClaims>();
        builder.Services.AddSingleton<RunTrainer>();
        builder.Services.AddSingleton<EvaluationLease>();
        builder.Services.AddSingleton<StagedEvaluations>();
        builder.Services.AddSingleton<EvaluationRunner>();
        builder.Services.AddSingleton<RunAnnouncers>();
        builder.Services.AddSingleton<EventDelivery>();
        builder.Services.AddSingleton<RunBoards>();
        builder.Services.AddSingleton<TrainerTelemetry>();
        builder.Services.AddSingleton<TextGeneration>();
        builder.Services.AddHostedService<RunWorker>();
        builder.Services.AddHostedService<ArtifactUploads>();

        // On shutdown, an interrupted run saves a checkpoint and delivers its final event, which takes time.
        builder.Services.PostConfigure<HostOptions>(options =>
            options.ShutdownTimeout = Max(options.ShutdownTimeout, TimeSpan.FromMinutes(2)));

        builder.ConfigureBus(bus =>
        {
            bus.AddRequestClient<ClaimRun>();
            bus.AddRequestClient<FindRun>();
            bus.AddRequestClient<ClaimEvaluation>();
            bus.AddRequestClient<EvaluationEnded>();
            bus.AddRequestClient<EventBatch>();
        });
    }

    public static void MapTrainerWorker(this IEndpointRouteBuilder endpoints) => endpoints.MapGeneration();

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
