using Trainyard.AppHost;
using Trainyard.Contracts;

var builder = DistributedApplication.CreateBuilder(args);

if (builder.IsEmbedded())
{
    builder.AddProject<Projects.Standalone>(ResourceNames.Standalone)
        .WithHttpEndpoint(port: 5080)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/readyz");
    builder.Build().Run();
    return;
}

builder.AddTarget();
var trials = builder.AddTrials();
var redis = builder.AddCache();
var rabbitmq = builder.AddBroker();

// The services share these folders: tokenizers and models lie in one, text to train on in the other.
var artifacts = builder.FolderSetting("APP:ARTIFACTS_ROOT", "data/artifacts");
var corpora = builder.FolderSetting("APP:CORPUS_ROOT", ".");

var ingest = builder.AddProject<Projects.EventIngest>(ResourceNames.EventIngest)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReplicas(builder.Replicas(ResourceNames.EventIngest, otherwise: 1))
    .WithHttpHealthCheck("/readyz").WithProbes()
    .ScalesWithRequests();

var store = builder.AddProject<Projects.ExperimentStore>(ResourceNames.ExperimentStore)
    .WithHttpEndpoint()
    .WithReference(trials).WaitFor(trials)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WithFolders(artifacts, corpora)
    .WithReplicas(builder.Replicas(ResourceNames.ExperimentStore, otherwise: 2))
    .WithHttpHealthCheck("/readyz").WithProbes()
    .ScalesWithQueue(EndpointNames.EventBatches, messagesPerReplica: 200);

var tokenizers = builder.AddProject<Projects.TokenizerService>(ResourceNames.TokenizerService)
    .WithHttpEndpoint()
    .WithFolders(artifacts, corpora)
    .WithHttpHealthCheck("/readyz").WithProbes();

var trainers = builder.AddProject<Projects.TrainerWorker>(ResourceNames.TrainerWorker)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WaitFor(store)
    .WithFolders(artifacts, corpora)
    .WithReplicas(builder.Replicas(ResourceNames.TrainerWorker, otherwise: 2))
    .WithHttpHealthCheck("/readyz").WithProbes()
    .ScalesWithQueue(EndpointNames.TrainModel, messagesPerReplica: 1);

var gateway = builder.AddProject<Projects.Gateway>(ResourceNames.Gateway)
    .WithHttpEndpoint(port: 5080)
    .WithReference(ingest).WithReference(store).WithReference(tokenizers).WithReference(trainers)
    .WaitFor(ingest).WaitFor(store).WaitFor(tokenizers)
    .WithApiKey()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/readyz").WithProbes()
    .ScalesWithRequests();

// For work on the dashboard, with its pages anew as they are written. The gateway has it built, here and when it is published.
builder.AddViteApp(ResourceNames.Dashboard, "../clients/dashboard")
    .WithReference(gateway).WaitFor(gateway);

builder.AddPythonApp(ResourceNames.SampleJob, "../samples/python", "post_events.py")
    .WithReference(gateway).WaitFor(gateway)
    .WithExplicitStart();

builder.Build().Run();
