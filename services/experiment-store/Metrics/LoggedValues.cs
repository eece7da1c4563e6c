namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values an attempt logged together.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Step">The step; each series' next one when null.</param>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Measurements">Name to value.</param>
internal sealed record LoggedValues(int Attempt, long? Step, long Time, IReadOnlyDictionary<string, double> Measurements);
