using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>State of a rule that depends on several values, for one attempt of a run.</summary>
internal sealed class AlertState : IOfRun
{
    public required string AlertId { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; set; }

    /// <summary>Consecutive values that met the condition.</summary>
    public int Streak { get; set; }

    /// <summary>The best value so far; <see cref="BestStep"/> is its step.</summary>
    public double? Best { get; set; }

    public long? BestStep { get; set; }

    public bool Fired { get; set; }

    public void StartOver(int attempt) => (Attempt, Streak, Best, BestStep, Fired) = (attempt, 0, null, null, false);
}
