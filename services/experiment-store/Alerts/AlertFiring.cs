using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>A firing of a rule. A rule fires at most once per attempt of a run.</summary>
internal sealed class AlertFiring : IOfRun
{
    public required string Id { get; init; }

    public required string AlertId { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required AlertKind Kind { get; init; }

    public string? Metric { get; init; }

    public long? Step { get; init; }

    /// <summary>Null stands for NaN if there is a metric.</summary>
    public double? Value { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset FiredAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>When the bus accepted it.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>The webhook's address; null if it has none.</summary>
    public SealedText? WebhookUrl { get; init; }

    /// <summary>When the webhook is called next; null if it has none, or is finished.</summary>
    public DateTimeOffset? WebhookDueAt { get; set; }

    public int WebhookAttempts { get; set; }

    public DateTimeOffset? WebhookTakenAt { get; set; }

    public string? WebhookError { get; set; }
}
