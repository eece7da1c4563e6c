namespace Trainyard.Models.Scoring;

/// <summary>What a family finds when it scores a saved model.</summary>
/// <param name="Metrics">The scores, without the time.</param>
/// <param name="Samples">Generated texts.</param>
/// <param name="Notices">A line for each file of the data that was skipped or changed on reading.</param>
public sealed record ModelOutcome(
    EvaluationMetrics Metrics, IReadOnlyList<EvaluationSample> Samples, IReadOnlyList<string> Notices);
