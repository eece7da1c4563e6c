using Trainyard.Contracts.Alerts;
using Trainyard.Contracts.Runs;

namespace Trainyard.Notifier.Runs;

/// <summary>A page of the store's lists.</summary>
internal sealed record StorePage<T>(IReadOnlyList<T> Items);

/// <summary>How far a run is, in steps.</summary>
internal sealed record StoreProgress(long? Step, long? TotalSteps, long? Epochs);

/// <summary>What the notifier reads of a run in the store's answers.</summary>
internal sealed record StoreRun(
    string RunId, string? Name, RunStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    DateTimeOffset UpdatedAt, int Attempt, StoreProgress? Progress, double? EtaSeconds, string? ErrorKind, string? ErrorCode)
{
    public bool IsOver => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Unknown;

    /// <summary>The state that the store knows, over what the events said. The store decides the status.</summary>
    public RunProgress Over(RunProgress? known)
    {
        var before = known is { } earlier && earlier.Attempt <= Attempt ? earlier : new RunProgress { RunId = RunId };
        // A channel is faster than the database: a run that has just been seen to train isn't queued any more.
        var status = Status is RunStatus.Queued && before.Attempt == Attempt && before.Status is RunStatus.Running ? before.Status : Status;
        return before with
        {
            Name = Name is { Length: > 0 } name && name != RunId ? name : before.Name,
            Attempt = Attempt,
            Status = status,
            Step = Largest(before.Step, Progress?.Step),
            TotalSteps = Progress?.TotalSteps ?? before.TotalSteps,
            EtaSeconds = IsOver ? null : EtaSeconds ?? before.EtaSeconds,
            ErrorKind = Status is RunStatus.Failed ? ErrorKind ?? before.ErrorKind : null,
            ErrorCode = Status is RunStatus.Failed ? ErrorCode : null,
            StopReason = status is RunStatus.Interrupted ? before.StopReason : null,
            StartedAt = StartedAt ?? before.StartedAt ?? CreatedAt,
            EndedAt = EndedAt,
            SeenAt = IsOver || before.SeenAt > UpdatedAt ? before.SeenAt : UpdatedAt,
        };
    }

    private static long? Largest(long? left, long? right) => left > right ? left : right ?? left;
}

/// <summary>What the notifier reads of a firing in the store's answers.</summary>
internal sealed record StoreFiring(
    string FiringId, string RunId, int Attempt, AlertKind Kind, string? Metric, long? Step, double? Value, DateTimeOffset FiredAt);
