using System.Text.Json.Serialization;
using Trainyard.Contracts.Alerts;
using Trainyard.Notifier.Runs;

namespace Trainyard.Notifier.Messages;

/// <summary>What a message says. Each channel has a formatter for it.</summary>
[JsonDerivedType(typeof(RunMessage), "run")]
[JsonDerivedType(typeof(Milestone), "milestone")]
[JsonDerivedType(typeof(AlertMessage), "alert")]
[JsonDerivedType(typeof(SummaryMessage), "summary")]
[JsonDerivedType(typeof(DigestMessage), "digest")]
[JsonDerivedType(typeof(TestMessage), "test")]
internal abstract record Message;

/// <summary>The newest state of a run.</summary>
internal sealed record RunMessage(RunProgress Run) : Message;

/// <summary>An attempt started, or the run ended.</summary>
internal sealed record Milestone(RunProgress Run, bool Ended) : Message
{
    [JsonIgnore]
    public string Key => $"run/{Run.RunId}/{Run.Attempt}/{(Ended ? "ended" : "started")}";
}

/// <summary>An alert fired.</summary>
internal sealed record AlertMessage(
    string FiringId, string RunId, string? RunName, AlertKind Kind, string? Metric, long? Step, double? Value, string? ErrorCode,
    DateTimeOffset FiredAt) : Message
{
    [JsonIgnore]
    public string Key => $"alert/{FiringId}";
}

/// <summary>All running runs.</summary>
internal sealed record SummaryMessage(IReadOnlyList<RunProgress> Runs, DateTimeOffset Time) : Message;

/// <summary>Several events in one message.</summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Lines">One line for each.</param>
/// <param name="More">How many further ones there were.</param>
internal sealed record DigestMessage(string Title, IReadOnlyList<string> Lines, int More) : Message;

/// <summary>A message that proves that a channel works.</summary>
internal sealed record TestMessage(DateTimeOffset Time) : Message;
