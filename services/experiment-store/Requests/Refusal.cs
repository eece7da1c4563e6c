using Trainyard.Contracts.Errors;

namespace Trainyard.ExperimentStore.Requests;

internal static class Refusal
{
    public static TrainyardException NoRun(string runId) => new(ErrorCode.RunNotFound, $"There is no run '{Shown(runId)}'.");

    public static TrainyardException NoExperiment(string id) => new(ErrorCode.DataNotFound, $"There is no experiment '{Shown(id)}'.");

    /// <summary>Throws CONFIG_INVALID with every problem, if there is one.</summary>
    public static void ThrowIfAny(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, problems);
        }
    }

    /// <summary>A limit within its bounds.</summary>
    public static int Limit(int? asked, int otherwise, int most, string name = "limit") => asked is null or >= 1 && (asked ?? 1) <= most
        ? asked ?? otherwise
        : throw new TrainyardException(ErrorCode.ConfigInvalid, [new(name, $"must be from 1 to {most}, not {asked}")]);

    private static string Shown(string id) => id.Length <= 128 ? id : id[..128] + "…";
}
