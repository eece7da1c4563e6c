namespace Trainyard.TrainerWorker.Worker;

/// <summary>This worker's unique name: the machine's name and a suffix.</summary>
internal sealed class WorkerIdentity
{
    public string Id { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}
