using Trainyard.Contracts.Events;
using Trainyard.Contracts.Runs;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>Events as ingest sends them to the store.</summary>
internal static class Event
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static MetricsLogged Metric(string run, long? step, string name, double value, int? attempt = null) =>
        Metrics(run, step, new() { [name] = value }, attempt);

    public static MetricsLogged Metrics(string run, long? step, Dictionary<string, double> values, int? attempt = null) => new()
    {
        EventId = Guid.NewGuid(),
        RunId = run,
        Time = Noon,
        Step = step,
        Attempt = attempt,
        Measurements = values,
    };

    public static RunStarted Start(string run) => new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon };

    public static RunStopped Stop(string run, RunStatus status, int? attempt = null) =>
        new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon, Status = status, Attempt = attempt };

    public static RunResumed Resume(string run, long fromStep, int? attempt = null) =>
        new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon, FromStep = fromStep, Attempt = attempt };

    public static RunHeartbeat Heartbeat(string run) => new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon };

    public static LogWritten Log(string run, string message, string level = "info") =>
        new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon, Level = level, Message = message };

    public static CheckpointSaved Checkpoint(string run, string path, long step, bool best = false) =>
        new() { EventId = Guid.NewGuid(), RunId = run, Time = Noon, Path = path, Step = step, IsBest = best };
}
