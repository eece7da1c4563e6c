namespace Trainyard.Contracts;

/// <summary>The queues whose length shows the load of a service, and the names of their side queues.</summary>
public static class EndpointNames
{
    /// <summary>Batches of events on their way to the store.</summary>
    public const string EventBatches = "run-events";

    /// <summary>Wake-up messages for workers, one per queued run.</summary>
    public const string TrainModel = "train-model";

    /// <summary>The name of a queue's error queue, for messages that can't be handled.</summary>
    public static string ErrorQueue(string queue) => $"{queue}_error";

    /// <summary>The name of a queue's wait queue, whose messages expire back into it.</summary>
    public static string WaitQueue(string queue) => $"{queue}_wait";
}
