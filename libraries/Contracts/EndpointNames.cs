namespace Trainyard.Contracts;

/// <summary>The queues whose length says how busy a service is.</summary>
public static class EndpointNames
{
    /// <summary>Batches of events on their way to the store.</summary>
    public const string EventBatches = "run-events";

    /// <summary>Calls for a worker: one for each queued run.</summary>
    public const string TrainModel = "train-model";
}
