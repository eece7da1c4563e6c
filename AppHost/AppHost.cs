using Trainyard.AppHost;
using Trainyard.Contracts;

var builder = DistributedApplication.CreateBuilder(args);

var trials = builder.AddTrials();
var redis = builder.AddCache();
var rabbitmq = builder.AddBroker();

// The services share these folders: tokenizers and models lie in one, text to train on in the other.
var artifacts = builder.FolderSetting("APP:ARTIFACTS_ROOT", "data/artifacts");
var corpora = builder.FolderSetting("APP:CORPUS_ROOT", ".");

var ingest = builder.AddProject<Projects.EventIngest>(ResourceNames.EventIngest)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithHttpHealthCheck("/health");

var store = builder.AddProject<Projects.ExperimentStore>(ResourceNames.ExperimentStore)
    .WithHttpEndpoint()
    .WithReference(trials).WaitFor(trials)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WithFolders(artifacts, corpora)
    .WithHttpHealthCheck("/health");

var tokenizers = builder.AddProject<Projects.TokenizerService>(ResourceNames.TokenizerService)
    .WithHttpEndpoint()
    .WithFolders(artifacts, corpora)
    .WithHttpHealthCheck("/health");

var trainers = builder.AddProject<Projects.TrainerWorker>(ResourceNames.TrainerWorker)
    .WithHttpEndpoint()
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WaitFor(store)
    .WithFolders(artifacts, corpora)
    .WithReplicas(2)
    .WithHttpHealthCheck("/health");

builder.AddProject<Projects.Gateway>(ResourceNames.Gateway)
    .WithHttpEndpoint(port: 5080)
    .WithReference(ingest).WithReference(store).WithReference(tokenizers).WithReference(trainers)
    .WaitFor(ingest).WaitFor(store).WaitFor(tokenizers)
    .WithApiKey()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

builder.Build().Run();
