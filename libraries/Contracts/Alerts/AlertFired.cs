namespace Trainyard.Contracts.Alerts;

/// <summary>
/// An alert rule fired for a run. Published at least once per firing on the bus, so consumers deduplicate by <see cref="FiringId"/>, and
/// best effort on the Redis channel <see cref="RedisKeys.AlertsChannel"/>.
/// </summary>
/// <param name="FiringId">The firing.</param>
/// <param name="AlertId">The rule.</param>
/// <param name="Name">The rule's display name.</param>
/// <param name="Kind">The rule's condition.</param>
/// <param name="RunId">The run.</param>
/// <param name="RunName">The run's display name.</param>
/// <param name="ExperimentId">The run's experiment.</param>
/// <param name="Attempt">The run's attempt: a rule fires once for each.</param>
/// <param name="Metric">The metric, for rules on metrics.</param>
/// <param name="Step">The step at which it fired, for rules on metrics.</param>
/// <param name="Value">The value at that step, for rules on metrics; may be NaN or infinite.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="FiredAt">Time of the firing.</param>
public sealed record AlertFired(
    string FiringId, string AlertId, string? Name, AlertKind Kind, string RunId, string RunName, string? ExperimentId, int Attempt,
    string? Metric, long? Step, double? Value, string Message, DateTimeOffset FiredAt);
