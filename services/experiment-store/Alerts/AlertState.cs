using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Alerts;

/// <summary>How far a rule that looks at several values has got with a run's attempt.</summary>
internal sealed class AlertState : IOfRun
{
    public required string AlertId { get; init; }

    public required string RunId { get; init; }

    public required int Attempt { get; set; }

    /// <summary>Values in a row that were as the rule waits for.</summary>
    public int Streak { get; set; }

    /// <summary>The best value so far, and the step at which it was reached.</summary>
    public double? Best { get; set; }

    public long? BestStep { get; set; }

    public bool Fired { get; set; }

    public void StartOver(int attempt) => (Attempt, Streak, Best, BestStep, Fired) = (attempt, 0, null, null, false);
}
