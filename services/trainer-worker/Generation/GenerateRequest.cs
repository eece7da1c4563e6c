using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;
using Trainyard.Models.Generation;

namespace Trainyard.TrainerWorker.Generation;

/// <summary>What to write, and how.</summary>
internal sealed record GenerateRequest
{
    public const int MaxPromptLength = 100_000;
    public const int NewTokenLimit = 4096;

    /// <summary>The text to continue; empty to begin one.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>Tokens to add at most, 1 to 4,096.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Randomness, 0 (none) to 5.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the likeliest tokens.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability, above 0 and at most 1.</summary>
    public double? TopP { get; init; }

    // JavaScript and other programs that hold numbers as doubles can't represent larger ones exactly.
    private const long MaxOwnSeed = 1L << 53;

    /// <summary>The same seed gives the same text; another one every time when unset.</summary>
    public long? Seed { get; init; }

    /// <summary>Send the text piece by piece, as Server-Sent Events.</summary>
    public bool Stream { get; init; }

    /// <exception cref="TrainyardException">CONFIG_INVALID, with every problem.</exception>
    public SamplingOptions ToOptions()
    {
        var problems = new List<Problem>();
        Require(Prompt.Length <= MaxPromptLength, "prompt", $"must have at most {MaxPromptLength} characters");
        Require(MaxNewTokens is >= 1 and <= NewTokenLimit, "max_new_tokens", $"must be from 1 to {NewTokenLimit}");
        Require(Temperature is >= 0 and <= 5, "temperature", "must be from 0 to 5");
        Require(TopK is null or >= 1, "top_k", "must be at least 1");
        Require(TopP is null or (> 0 and <= 1), "top_p", "must be above 0 and at most 1");
        if (problems.Count > 0)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }

        return new()
        {
            MaxNewTokens = MaxNewTokens,
            Temperature = Temperature,
            TopK = TopK,
            TopP = TopP,
            Seed = Seed ?? Random.Shared.NextInt64(MaxOwnSeed),
        };

        void Require(bool holds, string field, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }
    }
}

/// <summary>What was written.</summary>
/// <param name="RunId">By which run's model.</param>
/// <param name="Text">What follows the prompt.</param>
/// <param name="Seed">The seed used: with it the same request gives the same text.</param>
internal sealed record GenerateResponse(string RunId, string Text, long Seed);

/// <summary>A piece of it; the last one is empty and names the seed.</summary>
internal sealed record GeneratedPiece(
    string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seed = null);
