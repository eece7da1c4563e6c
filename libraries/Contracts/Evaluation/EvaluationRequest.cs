using System.ComponentModel.DataAnnotations;
using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Evaluation;

/// <summary>What to evaluate a run's model on: the body of <c>POST /api/runs/{id}/evaluate</c>.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The largest number of samples.</summary>
    public const int MaxSamples = 64;

    /// <summary>The largest number of tokens in a sample.</summary>
    public const int MaxSampleTokens = 4096;

    /// <summary><c>validation</c>, the text the run held out, or a text file or folder below <c>APP__CORPUS_ROOT</c>.</summary>
    public string On { get; init; } = EvaluationClaimed.Validation;

    /// <summary>A checkpoint of the run; the best one when unset.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>Tokens to predict at most, spread evenly over the text; all of them when unset.</summary>
    [Range(1, RequestLimits.MaxExactInteger)]
    public long? MaxTokens { get; init; }

    /// <summary>Prompts to continue; a single empty one, which begins a new document, when unset.</summary>
    [MaxLength(PromptLimits.MaxPrompts)]
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>A text file with a prompt a line, below <c>APP__CORPUS_ROOT</c>, instead of <see cref="Prompts"/>.</summary>
    [StringLength(4096)]
    public string? PromptsPath { get; init; }

    /// <summary>A run whose latest evaluation on the same text to compare this one with.</summary>
    public string? BaselineRunId { get; init; }

    /// <summary>Texts to generate for each prompt, of different seeds.</summary>
    [Range(0, MaxSamples)]
    public int Samples { get; init; } = 3;

    /// <summary>Tokens of each.</summary>
    [Range(1, MaxSampleTokens)]
    public int SampleTokens { get; init; } = 64;

    /// <summary>The problems of the request itself, without its checkpoint and text.</summary>
    public IReadOnlyList<Problem> Validate()
    {
        var problems = RequestLimits.Check(this).ToList();
        Require(On.Length is > 0 and <= 4096, "on", "must be validation or a path below APP__CORPUS_ROOT");
        problems.AddRange(PromptLimits.Check("prompts", Prompts, "prompts_path", PromptsPath));
        Require(BaselineRunId is null || Identifier.IsValid(BaselineRunId), "baseline_run_id", Identifier.Rule);
        Require(CheckpointId is null || Identifier.IsValid(CheckpointId), "checkpoint_id", Identifier.Rule);
        return problems;

        void Require(bool holds, string field, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }
    }
}
