namespace Trainyard.Contracts.Errors;

/// <summary>A known failure. Callers see its code and message, but no other details.</summary>
public sealed class TrainyardException : Exception
{
    /// <summary>A failure with one reason.</summary>
    public TrainyardException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>A failure with several reasons.</summary>
    public TrainyardException(ErrorCode code, IReadOnlyList<Problem> problems, Exception? innerException = null)
        : base(string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}")), innerException)
    {
        Code = code;
        Problems = problems;
    }

    /// <summary>Throws <see cref="ErrorCode.ConfigInvalid"/> with all problems, if there are any.</summary>
    public static void ThrowIfAny(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }
    }

    /// <summary>The code for programs to branch on.</summary>
    public ErrorCode Code { get; }

    /// <summary>The problem of each field; empty if the failure doesn't belong to a field.</summary>
    public IReadOnlyList<Problem> Problems { get; } = [];

    /// <summary>For transient failures, the time after which to retry.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
