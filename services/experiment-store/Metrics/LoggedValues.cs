namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values an attempt logged together.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Step">The step; each series' next one when null, the run's last one for final values.</param>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Measurements">Name to value.</param>
/// <param name="Announced">How much the transaction had announced by then: they are announced behind it.</param>
/// <param name="Final">Whether they sum up an end: what the series' last point says already is not said twice.</param>
internal sealed record LoggedValues(int Attempt, long? Step, long Time, IReadOnlyDictionary<string, double> Measurements, int Announced,
    bool Final = false);
