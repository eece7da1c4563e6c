using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>A rule that fired for a run's attempt, which it does once.</summary>
internal sealed class AlertFiring : IOfRun
{
    public required string Id { get; init; }

    public required string AlertId { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; init; }

    public required AlertKind Kind { get; init; }

    public string? Metric { get; init; }

    public long? Step { get; init; }

    /// <summary>Null is NaN when there is a metric.</summary>
    public double? Value { get; init; }

    public required string Message { get; init; }

    public required DateTimeOffset FiredAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>When it was handed to the bus.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Where it is posted to; null when nowhere.</summary>
    public SealedText? WebhookUrl { get; init; }

    /// <summary>When it is next to be posted; null when it is not, or was.</summary>
    public DateTimeOffset? WebhookDueAt { get; set; }

    public int WebhookAttempts { get; set; }

    public DateTimeOffset? WebhookTakenAt { get; set; }

    public string? WebhookError { get; set; }
}
