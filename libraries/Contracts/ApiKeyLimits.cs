namespace Trainyard.Contracts;

/// <summary>What an API key that a person chooses must have.</summary>
public static class ApiKeyLimits
{
    /// <summary>The fewest characters.</summary>
    public const int MinLength = 16;
}
