namespace Trainyard.Contracts.Errors;

/// <summary>A known failure: the caller sees its code and message, and nothing else of it.</summary>
public sealed class TrainyardException : Exception
{
    /// <summary>A failure with one reason.</summary>
    public TrainyardException(ErrorCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>A failure with every reason there is for it.</summary>
    public TrainyardException(ErrorCode code, IReadOnlyList<Problem> problems)
        : base(string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}")))
    {
        Code = code;
        Problems = problems;
    }

    /// <summary>Throws <see cref="ErrorCode.ConfigInvalid"/> with every problem, if there is one.</summary>
    public static void ThrowIfAny(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }
    }

    /// <summary>What a program branches on.</summary>
    public ErrorCode Code { get; }

    /// <summary>Each reason by field; empty when there is one reason and it belongs to no field.</summary>
    public IReadOnlyList<Problem> Problems { get; } = [];

    /// <summary>When the same request may succeed, for failures that pass.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
