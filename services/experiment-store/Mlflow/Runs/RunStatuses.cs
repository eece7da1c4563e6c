using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.RunFilters;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>MLflow's statuses of runs. It has none for an interrupted run or an unknown end: both count as killed.</summary>
internal static class RunStatuses
{
    private const string Killed = "KILLED";

    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Queued => "SCHEDULED",
        RunStatus.Running => "RUNNING",
        RunStatus.Completed => "FINISHED",
        RunStatus.Failed => "FAILED",
        _ => Killed,
    };

    /// <summary>The status of a request, by its name or number; null if absent.</summary>
    public static RunStatus? Of(MlflowRequest request, string parameter) => !request.Has(parameter) ? null
        : request.Text(parameter) switch
        {
            "RUNNING" or "1" => RunStatus.Running,
            "SCHEDULED" or "2" => RunStatus.Queued,
            "FINISHED" or "3" => RunStatus.Completed,
            "FAILED" or "4" => RunStatus.Failed,
            Killed or "5" => RunStatus.Cancelled,
            _ => throw request.Wrong(parameter),
        };

    /// <summary>A clause on the status that finds every run which MLflow's clients see in that status.</summary>
    public static Clause Widen(Clause clause)
    {
        var values = clause.Values.SelectMany(value => value is Text { Value: "cancelled" }
            ? [value, new Text(RunStatus.Interrupted.Name()), new Text(RunStatus.Unknown.Name())]
            : (Literal[])[value]).ToList();
        return clause.How switch
        {
            Comparison.Equal or Comparison.In => clause with { How = Comparison.In, Values = values },
            Comparison.NotEqual or Comparison.NotIn => clause with { How = Comparison.NotIn, Values = values },
            _ => clause,
        };
    }
}
