namespace Trainyard.Contracts;

/// <summary>Names of servers and services, shared by connection strings, service discovery and the AppHost.</summary>
public static class ResourceNames
{
#pragma warning disable CS1591 // Each name is its own description.
    public const string Postgres = "postgres";
    public const string Trials = "trials";
    public const string Redis = "redis";
    public const string RabbitMq = "rabbitmq";
    public const string Gateway = "gateway";
    public const string EventIngest = "event-ingest";
    public const string ExperimentStore = "experiment-store";
    public const string TokenizerService = "tokenizer-service";
    public const string TrainerWorker = "trainer-worker";
    public const string Notifier = "notifier";
    public const string Dashboard = "dashboard";
    public const string Standalone = "standalone";
    public const string SampleJob = "sample-job";
#pragma warning restore CS1591
}
