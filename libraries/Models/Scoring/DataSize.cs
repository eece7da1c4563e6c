namespace Trainyard.Models.Scoring;

/// <summary>The size of a run's data.</summary>
/// <param name="Training">To train on.</param>
/// <param name="Validation">Held out.</param>
/// <param name="Unit">What was counted: <see cref="Tokens"/> or <see cref="Examples"/>.</param>
public sealed record DataSize(long Training, long Validation, string Unit)
{
    /// <summary>The unit of text.</summary>
    public const string Tokens = "tokens";

    /// <summary>The unit of data that is scored one by one, such as images.</summary>
    public const string Examples = "examples";
}
