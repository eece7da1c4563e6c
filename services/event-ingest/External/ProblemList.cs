using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.External;

/// <summary>What is wrong with a request, up to a number that a person still reads.</summary>
internal sealed class ProblemList
{
    private const int Most = 20;

    private readonly List<Problem> problems = [];

    /// <summary>Whether reading on would tell the caller nothing more.</summary>
    public bool IsFull => problems.Count >= Most;

    public int Count => problems.Count;

    public void Add(string field, string message)
    {
        if (!IsFull)
        {
            problems.Add(new(field, message));
        }
    }

    public void ThrowIfAny(ErrorCode code = ErrorCode.EventInvalid)
    {
        if (problems.Count > 0)
        {
            throw new TrainyardException(
                code, IsFull ? [.. problems, new("events", $"only the first {Most} problems are listed")] : problems);
        }
    }
}
