using System.Text.Json;
using Trainyard.Contracts.Runs;

namespace Trainyard.EventIngest.External;

/// <summary>The final status of a run, from <c>metadata.success</c> or the many spellings of <c>metadata.status</c>.</summary>
/// <param name="Status">The resulting status.</param>
/// <param name="UnknownWord">The job's own status word, if it is not a known one.</param>
internal readonly record struct StopStatus(RunStatus Status, string? UnknownWord = null)
{
    private const int MaxWord = 64;

    public static StopStatus Read(Members metadata)
    {
        var success = metadata.Flag("success") switch
        {
            true => RunStatus.Completed,
            false => RunStatus.Failed,
            null => (RunStatus?)null,
        };
        if (metadata.Any("status") is not { } given)
        {
            return new(success ?? RunStatus.Completed);
        }
        var word = given.ValueKind is JsonValueKind.String ? JsonText.Read(given).Text ?? "" : given.GetRawText();
        if (Parse(word) is not { } named)
        {
            return success is { } certain ? new(certain) : new(RunStatus.Unknown, word.Length <= MaxWord ? word : word[..MaxWord]);
        }
        if (success is not null && (success is RunStatus.Completed) != (named is RunStatus.Completed))
        {
            metadata.Report("status", "contradicts metadata.success");
        }
        return new(named);
    }

    private static RunStatus? Parse(string word) => word.ToLowerInvariant() switch
    {
        "success" or "succeeded" or "successful" or "completed" or "complete" or "finished" or "done" or "ok" => RunStatus.Completed,
        "failed" or "failure" or "fail" or "error" or "crashed" => RunStatus.Failed,
        "cancelled" or "canceled" or "stopped" or "aborted" or "killed" => RunStatus.Cancelled,
        "interrupted" or "preempted" or "paused" => RunStatus.Interrupted,
        "unknown" => RunStatus.Unknown,
        _ => null,
    };
}
