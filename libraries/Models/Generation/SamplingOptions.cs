namespace Trainyard.Models.Generation;

/// <summary>How the next token is chosen.</summary>
public sealed record SamplingOptions
{
    /// <summary>Tokens to add at most.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Above 1 more random, below 1 less; 0 takes the likeliest token always.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the likeliest tokens; all when null.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability; all when null.</summary>
    public double? TopP { get; init; }

    /// <summary>Only tokens at least this share as likely as the likeliest; all when null.</summary>
    public double? MinP { get; init; }

    /// <summary>Divides positive logits of tokens that the text has, and multiplies negative ones. Null changes nothing.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Ends the text before the first of these strings.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>The same seed gives the same text.</summary>
    public long Seed { get; init; }

    /// <summary>The seed of one of several texts that are generated together.</summary>
    /// <param name="first">The seed of the first.</param>
    /// <param name="index">Which of them, from 0.</param>
    public static long SeedOf(long first, int index) => unchecked(first + index);
}
