using Trainyard.Contracts.Alerts;
using Trainyard.ExperimentStore.Webhooks;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>A rule, and how often it has fired.</summary>
internal sealed record AlertView(
    string AlertId, string? Name, AlertKind Kind, string? RunId, string? ExperimentId, string? Metric, double? Threshold, int? Points,
    AlertDirection? Direction, double? MinDelta, long? PatienceSteps, double? AfterSeconds, string? WebhookHost, DateTimeOffset CreatedAt,
    int Fired)
{
    public static AlertView Of(AlertRule rule, int fired) => new(
        rule.Id, rule.Name, rule.Kind, rule.RunId, rule.ExperimentId, rule.Metric, rule.Threshold,
        rule.Kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan ? rule.Points : null,
        rule.Direction, rule.MinDelta, rule.PatienceSteps, rule.AfterSeconds,
        rule.WebhookUrl is { } url ? SealedSecrets.HostOf(url) : null, rule.CreatedAt, fired);
}

/// <summary>One firing of a rule for a run.</summary>
internal sealed record FiringView(
    string FiringId, string AlertId, string RunId, int Attempt, AlertKind Kind, string? Metric, long? Step, double? Value, string Message,
    DateTimeOffset FiredAt, DateTimeOffset? AcknowledgedAt, WebhookView? Webhook)
{
    public static FiringView Of(AlertFiring firing) => new(
        firing.Id, firing.AlertId, firing.RunId, firing.Attempt, firing.Kind, firing.Metric, firing.Step, ValueOf(firing), firing.Message,
        firing.FiredAt, firing.AcknowledgedAt, WebhookView.Of(firing));

    public static double? ValueOf(AlertFiring firing) => firing.Metric is null ? null : firing.Value ?? double.NaN;
}

/// <summary>State of a firing's webhook call.</summary>
/// <param name="Host">Host of the address. The rest may be secret.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="TakenAt">When the receiver accepted it.</param>
/// <param name="NextAt">Time of the next attempt; null if it was accepted or given up.</param>
/// <param name="Error">Error of the last attempt.</param>
internal sealed record WebhookView(string Host, int Attempts, DateTimeOffset? TakenAt, DateTimeOffset? NextAt, string? Error)
{
    public static WebhookView? Of(AlertFiring firing) => firing.WebhookUrl is { } url
        ? new(SealedSecrets.HostOf(url), firing.WebhookAttempts, firing.WebhookTakenAt, firing.WebhookDueAt, firing.WebhookError)
        : null;
}
