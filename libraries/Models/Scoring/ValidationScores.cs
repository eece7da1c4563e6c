namespace Trainyard.Models.Scoring;

/// <summary>How well a model does on held-out data.</summary>
/// <param name="Loss">Mean cross-entropy in nats. The lowest is the best.</param>
/// <param name="Scored">Tokens or examples that were scored.</param>
/// <param name="Available">Tokens or examples that could be; more than scored if there are many.</param>
public sealed record ValidationScores(double Loss, long Scored, long Available)
{
    /// <summary>Exponential of the loss, infinite above 20; null for a task that predicts no tokens.</summary>
    public double? Perplexity { get; init; }

    /// <summary>Share of right answers; null for a task without any.</summary>
    public double? Accuracy { get; init; }
}
