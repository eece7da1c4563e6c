using Trainyard.Contracts.Runs;

namespace Trainyard.EventIngest.External;

/// <summary>How a run ended, from <c>metadata.success</c> or the many words that <c>metadata.status</c> may hold.</summary>
internal static class StopStatus
{
    private const string Rule = "must be success, completed, failed, cancelled or interrupted";

    public static RunStatus Read(Members metadata)
    {
        var success = metadata.Flag("success") switch
        {
            true => RunStatus.Completed,
            false => RunStatus.Failed,
            null => (RunStatus?)null,
        };
        RunStatus? named = null;
        if (metadata.Text("status", longest: 64) is { } word)
        {
            named = Parse(word);
            if (named is null)
            {
                metadata.Report("status", Rule);
            }
            else if (success is not null && (success is RunStatus.Completed) != (named is RunStatus.Completed))
            {
                metadata.Report("status", "contradicts metadata.success");
            }
        }
        return named ?? success ?? RunStatus.Completed;
    }

    private static RunStatus? Parse(string word) => word.ToLowerInvariant() switch
    {
        "success" or "succeeded" or "successful" or "completed" or "complete" or "finished" or "done" or "ok" => RunStatus.Completed,
        "failed" or "failure" or "fail" or "error" or "crashed" => RunStatus.Failed,
        "cancelled" or "canceled" or "stopped" or "aborted" or "killed" => RunStatus.Cancelled,
        "interrupted" or "preempted" or "paused" => RunStatus.Interrupted,
        _ => null,
    };
}
