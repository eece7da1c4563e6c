using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

internal enum AlertDirection
{
    Min,
    Max,
}

/// <summary>What to wait for, and in which runs: one, an experiment's, or all.</summary>
internal sealed class AlertRule
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required AlertKind Kind { get; init; }

    public string? RunId { get; init; }

    public string? ExperimentId { get; init; }

    /// <summary>The series; null for a rule on run states, or on NaN in any series.</summary>
    public string? Metric { get; init; }

    public double? Threshold { get; init; }

    /// <summary>How many values in a row.</summary>
    public int Points { get; init; } = 1;

    /// <summary>Which way is better.</summary>
    public AlertDirection? Direction { get; init; }

    /// <summary>By how much a value must be better to count.</summary>
    public double? MinDelta { get; init; }

    public long? PatienceSteps { get; init; }

    /// <summary>Silence after which a run counts as stalled; what the run announced, or the general patience, when null.</summary>
    public double? AfterSeconds { get; init; }

    /// <summary>Where its firings are posted to. Such addresses hold secrets.</summary>
    public SealedText? WebhookUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether one value says nothing without those before it.</summary>
    public bool Remembers => Kind is AlertKind.Plateau || Points > 1;

    public bool IsOnMetrics => Kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan or AlertKind.Plateau;

    public bool Covers(Run run) => (RunId is null || RunId == run.Id) && (ExperimentId is null || ExperimentId == run.ExperimentId);
}
