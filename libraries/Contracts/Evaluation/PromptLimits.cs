using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts.Evaluation;

/// <summary>Limits on the prompts of evaluations, given in a request or as a file with a prompt a line.</summary>
public static class PromptLimits
{
    /// <summary>The largest number of prompts.</summary>
    public const int MaxPrompts = 16;

    /// <summary>The largest number of characters of a prompt.</summary>
    public const int MaxLength = 4096;

    /// <summary>The problems of given prompts.</summary>
    public static IEnumerable<Problem> Check(string field, IReadOnlyList<string>? prompts, string fileField, string? file)
    {
        if (prompts?.Any(prompt => prompt is null || prompt.Length > MaxLength) == true)
        {
            yield return new(field, $"must be texts of at most {MaxLength} characters");
        }
        if (prompts is not null && file is not null)
        {
            yield return new(fileField, $"can't be given together with {field}");
        }
    }
}
