namespace Trainyard.Contracts.Alerts;

/// <summary>
/// A rule has fired for a run. Published on the bus at least once for every firing, so <see cref="FiringId"/> tells a repetition,
/// and on the Redis channel <see cref="RedisKeys.AlertsChannel"/> for whoever listens just then.
/// </summary>
/// <param name="FiringId">The firing.</param>
/// <param name="AlertId">The rule.</param>
/// <param name="Name">What a person calls the rule.</param>
/// <param name="Kind">What the rule waits for.</param>
/// <param name="RunId">The run.</param>
/// <param name="RunName">What a person calls the run.</param>
/// <param name="ExperimentId">The run's experiment.</param>
/// <param name="Attempt">The run's attempt: a rule fires once for each.</param>
/// <param name="Metric">The metric, for rules on metrics.</param>
/// <param name="Step">The step at which it fired, likewise.</param>
/// <param name="Value">The value there, likewise; may be NaN or infinite.</param>
/// <param name="Message">What has happened, for a person.</param>
/// <param name="FiredAt">When.</param>
public sealed record AlertFired(
    string FiringId, string AlertId, string? Name, AlertKind Kind, string RunId, string RunName, string? ExperimentId, int Attempt,
    string? Metric, long? Step, double? Value, string Message, DateTimeOffset FiredAt);
