using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Errors;
using Trainyard.Models.Generation;

namespace Trainyard.TrainerWorker.Generation;

/// <summary>What to write, and how.</summary>
internal sealed record GenerateRequest
{
    /// <summary>The text to continue; empty to begin one.</summary>
    [StringLength(100_000)]
    public string Prompt { get; init; } = "";

    /// <summary>Tokens to add at most.</summary>
    [Range(1, 4096)]
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>Texts to generate at once. The seed of each is one more than that of the one before.</summary>
    [Range(1, TextGenerator.MaxSamples)]
    public int N { get; init; } = 1;

    /// <summary>Randomness; 0 for none.</summary>
    [Range(0.0, 5.0)]
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the likeliest tokens.</summary>
    [Range(1, int.MaxValue)]
    public int? TopK { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? TopP { get; init; }

    /// <summary>Only tokens at least this share as likely as the likeliest.</summary>
    [Range(0.0, 1.0)]
    public double? MinP { get; init; }

    /// <summary>Above 1, makes tokens that the text already has less likely; below 1, likelier.</summary>
    [Range(0.1, 10.0)]
    public double? RepetitionPenalty { get; init; }

    /// <summary>Ends the text before the first of these strings.</summary>
    [MaxLength(8)]
    public IReadOnlyList<string>? Stop { get; init; }

    // JavaScript and other programs that hold numbers as doubles can't represent larger ones exactly.
    private const long MaxOwnSeed = 1L << 53;
    private const int MaxStopLength = 100;

    /// <summary>The same seed gives the same text; another one every time when unset.</summary>
    public long? Seed { get; init; }

    /// <summary>Send the text piece by piece, as Server-Sent Events.</summary>
    public bool Stream { get; init; }

    /// <exception cref="TrainyardException">CONFIG_INVALID, with every problem.</exception>
    public SamplingOptions ToOptions()
    {
        TrainyardException.ThrowIfAny([.. RequestLimits.Check(this), .. StopProblems()]);

        return new()
        {
            MaxNewTokens = MaxNewTokens,
            Temperature = Temperature,
            TopK = TopK,
            TopP = TopP,
            MinP = MinP,
            RepetitionPenalty = RepetitionPenalty,
            Stop = Stop ?? [],
            Seed = Seed ?? Random.Shared.NextInt64(MaxOwnSeed),
        };
    }

    private IEnumerable<Problem> StopProblems() => (Stop ?? []).Any(stop => stop is not { Length: >= 1 and <= MaxStopLength })
        ? [new("stop", $"must be strings of 1 to {MaxStopLength} characters")]
        : [];
}

/// <summary>What was written.</summary>
/// <param name="RunId">By which run's model.</param>
/// <param name="Text">What follows the prompt; of several texts, the first.</param>
/// <param name="Seed">The seed used: with it the same request gives the same text.</param>
/// <param name="Samples">All texts.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="PromptTokensCut">Its first tokens that the model did not read, because the prompt is longer than its context.</param>
internal sealed record GenerateResponse(
    string RunId, string Text, long Seed, IReadOnlyList<GeneratedSample> Samples, int PromptTokens, int PromptTokensCut);

/// <summary>One of the texts.</summary>
/// <param name="Text">What follows the prompt.</param>
/// <param name="Seed">Its seed: a request for one text with this seed gives the same text.</param>
internal sealed record GeneratedSample(string Text, long Seed);

/// <summary>A piece of it. The last one has no text, but the seed and the length of the prompt.</summary>
/// <param name="Text">The next characters.</param>
/// <param name="Sample">Which of several texts it is a piece of, from 0; not given when one was asked for.</param>
/// <param name="Seed">The seed of the first text.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="PromptTokensCut">Its first tokens that the model did not read, because the prompt is longer than its context.</param>
internal sealed record GeneratedPiece(
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Sample = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seed = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PromptTokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? PromptTokensCut = null);
