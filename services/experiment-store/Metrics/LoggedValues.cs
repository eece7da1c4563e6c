namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values that an attempt logged in one event.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Step">The step. Null: the next step of each series, or the run's last step for final values.</param>
/// <param name="Time">Microseconds since 1970.</param>
/// <param name="Measurements">Name to value.</param>
/// <param name="Announced">The number of earlier announcements in the transaction. Updates are inserted after them.</param>
/// <param name="Final">True for values of a final event, which are skipped if they equal the last point.</param>
internal sealed record LoggedValues(
    int Attempt, long? Step, long Time, IReadOnlyDictionary<string, double> Measurements, int Announced, bool Final = false);
