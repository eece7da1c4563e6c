namespace Trainyard.TrainerWorker.Worker;

/// <summary>This worker's name: its machine, and something no other process has.</summary>
internal sealed class WorkerIdentity
{
    public string Id { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}
