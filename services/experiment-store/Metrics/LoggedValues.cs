namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values an attempt logged together.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Step">The step; each series' next one when null.</param>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Measurements">Name to value.</param>
/// <param name="Final">Whether they sum up an end: what the series' last point says already is not said twice.</param>
internal sealed record LoggedValues(int Attempt, long? Step, long Time, IReadOnlyDictionary<string, double> Measurements, bool Final = false);
