using Trainyard.AppHost;
using Trainyard.AppHost.Commands;
using Trainyard.Contracts;

var builder = DistributedApplication.CreateBuilder(args);
if (builder.HasSettingErrors())
{
    return 1;
}

var apiKey = builder.AddApiKey();
var folders = Folders.Of(builder);

if (builder.IsEmbedded())
{
    builder.AddProject<Projects.Standalone>(ResourceNames.Standalone)
        .WithHttpEndpoint(port: builder.Port(), isProxied: false)
        .WithFolders(folders)
        .WithTensorBoard()
        .WithNotifications()
        .WithApiKey(apiKey)
        .AsFrontDoor()
        .WithDemoCommand(apiKey)
        .WithBackupCommand(folders);
    builder.Build().Run();
    return 0;
}

var trials = builder.AddTrials().WithBackupCommand(folders);
var redis = builder.AddCache();
var rabbitmq = builder.AddBroker().WithReplayCommand();

var ingest = builder.AddProject<Projects.EventIngest>(ResourceNames.EventIngest)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReplicas(builder.Replicas(ResourceNames.EventIngest, otherwise: 1))
    .AsInnerService();

var store = builder.AddProject<Projects.ExperimentStore>(ResourceNames.ExperimentStore)
    .WithHttpEndpoint()
    .WithReference(trials).WaitFor(trials)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WithFolders(folders)
    .WithTensorBoard()
    .WithReplicas(builder.Replicas(ResourceNames.ExperimentStore, otherwise: 2))
    .AsInnerService();

var tokenizers = builder.AddProject<Projects.TokenizerService>(ResourceNames.TokenizerService)
    .WithHttpEndpoint()
    .WithFolders(folders)
    .AsInnerService();

var trainers = builder.AddProject<Projects.TrainerWorker>(ResourceNames.TrainerWorker)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WaitFor(store)
    .WithFolders(folders)
    .WithTensorBoard()
    .WithReplicas(builder.Replicas(ResourceNames.TrainerWorker, otherwise: 2))
    .AsInnerService();

var notifier = builder.AddProject<Projects.Notifier>(ResourceNames.Notifier)
    .WithHttpEndpoint()
    .WithReference(trials).WaitFor(trials)
    .WithReference(redis).WaitFor(redis)
    .WithReference(store).WaitFor(store)
    .WithNotifications()
    .AsInnerService();

var gateway = builder.AddProject<Projects.Gateway>(ResourceNames.Gateway)
    .WithHttpEndpoint(port: builder.Port())
    .WithReference(ingest).WithReference(store).WithReference(tokenizers).WithReference(trainers).WithReference(notifier)
    .WaitFor(ingest).WaitFor(store).WaitFor(tokenizers).WaitFor(trainers).WaitFor(notifier)
    .WithApiKey(apiKey)
    .AsFrontDoor()
    .WithDemoCommand(apiKey);

if (builder.ExecutionContext.IsRunMode)
{
    // Vite's dev server, for work on the dashboard. The gateway serves the built dashboard.
    builder.AddExecutable(ResourceNames.Dashboard, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "../clients/dashboard", "run", "dev")
        .WithHttpEndpoint(env: "PORT")
        .WithReference(gateway).WaitFor(gateway)
        .WithExplicitStart();

    builder.AddExecutable(
            ResourceNames.SampleJob, OperatingSystem.IsWindows() ? "python" : "python3", "../samples/python", "post_events.py")
        .WithReference(gateway).WaitFor(gateway)
        .WithEnvironment("TRAINYARD_API_KEY", apiKey)
        .WithExplicitStart();
}

#if DEPLOY_AZURE
builder.AddContainerApps();
ingest.OnContainerApps(ScaleRules.Requests());
store.OnContainerApps(ScaleRules.Queue(EndpointNames.EventBatches, messagesPerReplica: 200));
tokenizers.OnContainerApps();
trainers.OnContainerApps(ScaleRules.Queue(EndpointNames.TrainModel, messagesPerReplica: 1), cpu: 4, memoryGiB: 8);
notifier.OnContainerApps();
gateway.OnContainerApps(ScaleRules.Requests());
#endif

builder.Build().Run();
return 0;
