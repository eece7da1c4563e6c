using Trainyard.Contracts.Errors;

namespace Trainyard.EventIngest.External;

/// <summary>The problems of a request, limited to a readable number.</summary>
internal sealed class ProblemList
{
    private const int MaxProblems = 20;

    private readonly List<Problem> problems = [];

    /// <summary>Whether further problems are dropped.</summary>
    public bool IsFull => problems.Count >= MaxProblems;

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
                code, IsFull ? [.. problems, new("events", $"only the first {MaxProblems} problems are listed")] : problems);
        }
    }
}
