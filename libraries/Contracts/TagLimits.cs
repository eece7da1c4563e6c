using Trainyard.Contracts.Errors;

namespace Trainyard.Contracts;

/// <summary>Limits on a run's tags.</summary>
public static class TagLimits
{
    /// <summary>Maximum number of tags per run.</summary>
    public const int MaxCount = 100;

    /// <summary>Maximum length of a name, in characters.</summary>
    public const int MaxName = 250;

    /// <summary>Maximum length of a value, in characters.</summary>
    public const int MaxValue = 5000;

    /// <summary>The problems of <paramref name="tags"/>.</summary>
    public static IEnumerable<Problem> Validate(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null)
        {
            yield break;
        }
        if (tags.Count > MaxCount)
        {
            yield return new("tags", $"must be at most {MaxCount}, not {tags.Count}");
        }
        if (tags.Any(tag => tag.Key.Length is 0 or > MaxName))
        {
            yield return new("tags", $"must have names of 1 to {MaxName} characters");
        }
        if (tags.Any(tag => tag.Value.Length > MaxValue))
        {
            yield return new("tags", $"must have values of at most {MaxValue} characters");
        }
    }
}
