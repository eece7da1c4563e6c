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

    /// <summary>Texts to generate.</summary>
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
