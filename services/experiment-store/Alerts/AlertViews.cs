using Trainyard.Contracts.Alerts;

namespace Trainyard.ExperimentStore.Alerts;

internal sealed record AlertView(
    string AlertId, string? Name, AlertKind Kind, string? RunId, string? ExperimentId, string? Metric, double? Threshold, int? Points,
    AlertDirection? Direction, double? MinDelta, long? PatienceSteps, double? AfterSeconds, DateTimeOffset CreatedAt, int Fired)
{
    public static AlertView Of(AlertRule rule, int fired) => new(
        rule.Id, rule.Name, rule.Kind, rule.RunId, rule.ExperimentId, rule.Metric, rule.Threshold,
        rule.Kind is AlertKind.Above or AlertKind.Below or AlertKind.Nan ? rule.Points : null,
        rule.Direction, rule.MinDelta, rule.PatienceSteps, rule.AfterSeconds, rule.CreatedAt, fired);
}

internal sealed record FiringView(
    string FiringId, string AlertId, string RunId, int Attempt, AlertKind Kind, string? Metric, long? Step, double? Value, string Message,
    DateTimeOffset FiredAt, DateTimeOffset? AcknowledgedAt)
{
    public static FiringView Of(AlertFiring firing) => new(
        firing.Id, firing.AlertId, firing.RunId, firing.Attempt, firing.Kind, firing.Metric, firing.Step, ValueOf(firing), firing.Message,
        firing.FiredAt, firing.AcknowledgedAt);

    public static double? ValueOf(AlertFiring firing) => firing.Metric is null ? null : firing.Value ?? double.NaN;
}
