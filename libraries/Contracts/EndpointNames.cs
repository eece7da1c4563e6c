namespace Trainyard.Contracts;

/// <summary>The queues whose length shows the load of a service.</summary>
public static class EndpointNames
{
    /// <summary>Batches of events on their way to the store.</summary>
    public const string EventBatches = "run-events";

    /// <summary>Wake-up messages for workers, one per queued run.</summary>
    public const string TrainModel = "train-model";
}
