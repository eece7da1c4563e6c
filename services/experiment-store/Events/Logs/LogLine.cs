using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Events.Logs;

internal sealed class LogLine : IOfRun
{
    public long Id { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Level { get; init; }

    public required string Message { get; init; }
}
