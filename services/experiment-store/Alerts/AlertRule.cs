using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>Which way a metric improves.</summary>
internal enum AlertDirection
{
    Min,
    Max,
}

/// <summary>A condition, and the runs it covers: one, an experiment's, or all.</summary>
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

    /// <summary>Consecutive values that must meet the condition.</summary>
    public int Points { get; init; } = 1;

    /// <summary>Whether lower or higher values are better.</summary>
    public AlertDirection? Direction { get; init; }

    /// <summary>The minimum improvement that counts.</summary>
    public double? MinDelta { get; init; }

    public long? PatienceSteps { get; init; }

    /// <summary>Silence after which a run counts as stalled. Null: the run's announced interval, or the default limit.</summary>
    public double? AfterSeconds { get; init; }

    /// <summary>Webhook address of its firings. It may contain a secret.</summary>
    public SealedText? WebhookUrl { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True if it depends on earlier values, so that its state must be stored.</summary>
    public bool HasState => Kind is AlertKind.Plateau || Points > 1;

    public bool IsOnMetrics => Kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan or AlertKind.Plateau;

    public bool Covers(Run run) => (RunId is null || RunId == run.Id) && (ExperimentId is null || ExperimentId == run.ExperimentId);
}
