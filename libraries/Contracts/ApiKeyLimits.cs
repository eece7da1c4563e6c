namespace Trainyard.Contracts;

/// <summary>Requirements for an API key chosen by a person.</summary>
public static class ApiKeyLimits
{
    /// <summary>Minimum length, in characters.</summary>
    public const int MinLength = 16;
}
