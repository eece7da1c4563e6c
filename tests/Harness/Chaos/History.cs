namespace Trainyard.Harness.Chaos;

/// <summary>What a request said.</summary>
public enum Said
{
    Start,
    Point,
    Resume,
    Stop,
}

/// <summary>How a try of a request ended, as its sender understands it.</summary>
public enum Answer
{
    /// <summary>202: kept.</summary>
    Accepted,

    /// <summary>An answer that says that nothing was kept.</summary>
    Refused,

    /// <summary>OUTCOME_UNKNOWN, or no answer: kept or not.</summary>
    Unknown,
}

/// <summary>What the gateway's <c>/readyz</c> said.</summary>
public enum Readyz
{
    Ready,
    NotReady,
    Silent,
}

/// <summary>One try of a request. Times are from the start of the history.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Until">When it was answered, or given up.</param>
/// <param name="Run">The run it speaks for.</param>
/// <param name="Key">Its idempotency key; each try of the request has the same.</param>
/// <param name="Said">What it says.</param>
/// <param name="Attempt">The attempt it is of, or opens.</param>
/// <param name="Step">The point's step, or the one that is resumed from.</param>
/// <param name="Answer">How it ended.</param>
/// <param name="Detail">The answer in words.</param>
public sealed record Tried(
    TimeSpan At, TimeSpan Until, string Run, string Key, Said Said, int Attempt, long Step, Answer Answer, string Detail);

/// <summary>A look at readiness.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Gateway">What the gateway said.</param>
/// <param name="Hosts">Whether every host said of itself, asked directly at that time, that it is ready.</param>
/// <param name="Detail">What the gateway complained of.</param>
public sealed record ReadinessSeen(TimeSpan At, Readyz Gateway, bool Hosts, string Detail);

/// <summary>A fault that was let strike.</summary>
public sealed record FaultStruck(TimeSpan At, TimeSpan Until, string Fault);

/// <summary>A backup that was begun.</summary>
/// <param name="At">When it began.</param>
/// <param name="Until">When its command ended.</param>
/// <param name="Folder">Where it was to go.</param>
/// <param name="ExitCode">How the command ended.</param>
/// <param name="Output">What the command said.</param>
public sealed record BackupTried(TimeSpan At, TimeSpan Until, string Folder, int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>A run of our own trainer whose queueing was acknowledged.</summary>
public sealed record OwnRunQueued(TimeSpan Until, string Run);

/// <summary>Everything that was asked, answered and done.</summary>
public sealed record History(IReadOnlyList<Tried> Tries, IReadOnlyList<ReadinessSeen> Readiness, IReadOnlyList<FaultStruck> Faults)
{
    public IReadOnlyList<OwnRunQueued> Own { get; init; } = [];

    public IReadOnlyList<BackupTried> Backups { get; init; } = [];

    /// <summary>
    /// What somebody can know who sees the system as it was at one moment between two: what was answered by the first is as it is,
    /// what was answered later may have been kept or not, and what was sent after the second is not there.
    /// </summary>
    public History AsOf(TimeSpan from, TimeSpan until) => new(
        [
            .. Tries.Where(one => one.At < until)
                .Select(one => one.Until > from && one.Answer is Answer.Accepted ? one with { Answer = Answer.Unknown } : one),
        ],
        [], [])
    {
        Own = [.. Own.Where(run => run.Until <= from)],
    };
}

/// <param name="Step">Its step.</param>
/// <param name="Value">Its value.</param>
/// <param name="Attempt">The attempt it is stored under; null in a clean curve, which does not tell.</param>
public sealed record StoredPoint(long Step, double Value, int? Attempt = null);

/// <summary>An external run as it ended up.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Points">The points of all attempts, replaced ones too.</param>
/// <param name="Curve">The clean curve.</param>
/// <param name="Lines">Its log: a line for each point's request, which is the request's key.</param>
/// <param name="FromSteps">Where each attempt after the first went on from, by its number.</param>
public sealed record OutsideRun(
    string Id, string Status, IReadOnlyList<StoredPoint> Points, IReadOnlyList<StoredPoint> Curve, IReadOnlyList<string> Lines,
    IReadOnlyDictionary<int, long> FromSteps);

/// <param name="Path">Relative to the run's folder.</param>
/// <param name="Sha256">The hash that the manifest or the database names; null when none.</param>
/// <param name="Actual">The hash of the file as it is; null when it is missing.</param>
public sealed record PublishedFile(string Path, string? Sha256, string? Actual);

/// <summary>A run of our own trainer as it ended up.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Its status.</param>
/// <param name="Attempt">The attempt that the database names.</param>
/// <param name="FromSteps">Where each attempt went on from, by its number.</param>
/// <param name="Points">The points of all attempts.</param>
/// <param name="Curve">The clean curve.</param>
/// <param name="LogEvery">How far its points lie apart at most.</param>
/// <param name="ManifestAttempt">The attempt its manifest is of; null when there is none.</param>
/// <param name="Files">Files that the manifest or the database names.</param>
/// <param name="CheckpointFolders">Folders of checkpoints that are published.</param>
/// <param name="CheckpointsRegistered">Checkpoints that the database names as here, or as pruned.</param>
public sealed record OwnRun(
    string Id, string Status, int Attempt,
    IReadOnlyDictionary<int, long> FromSteps, IReadOnlyList<StoredPoint> Points, IReadOnlyList<StoredPoint> Curve, long LogEvery,
    int? ManifestAttempt, IReadOnlyList<PublishedFile> Files,
    IReadOnlyList<string> CheckpointFolders, IReadOnlyList<string> CheckpointsRegistered);

/// <summary>What is stored once every fault is healed and everything has settled.</summary>
public sealed record FinalState(IReadOnlyList<OutsideRun> Outside, IReadOnlyList<OwnRun> Own);

/// <summary>A promise that was not kept.</summary>
/// <param name="Rule">Which.</param>
/// <param name="What">What was found, with the events concerned.</param>
public sealed record Violation(string Rule, string What);
