using Microsoft.AspNetCore.Http.HttpResults;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Mlflow.Runs;
using Trainyard.ExperimentStore.Storage;
using static Trainyard.ExperimentStore.Mlflow.Protocol.MlflowJson;

namespace Trainyard.ExperimentStore.Mlflow.Metrics;

/// <summary>The values of a metric in several runs at about as many steps as a chart can show, the same steps for all runs.</summary>
internal static class IntervalEndpoint
{
    private const int MaxRuns = 100;
    private const int MaxResults = 2500;

    // All steps are in memory while the steps to show are chosen.
    private const int MaxPoints = 2_000_000;

    public static async Task<JsonHttpResult<HistoryEndpoints.Histories>> RunAsync(
        HttpContext http, Database database, HistoryReader reader, CancellationToken cancellationToken)
    {
        var request = await MlflowRequest.ReadAsync(http);
        var runs = request.Texts("run_ids");
        if (runs.Count == 0)
        {
            throw MlflowException.Missing("run_ids");
        }
        if (runs.Count > MaxRuns)
        {
            throw MlflowException.Invalid(
                $"GetMetricHistoryBulkInterval request must specify at most {MaxRuns} run_ids. Received {runs.Count} run_ids.");
        }
        var key = request.RequiredText("metric_key");
        var limit = (request.Whole("max_results") ?? MaxResults) is > 0 and <= MaxResults and var given ? (int)given
            : throw MlflowException.Invalid($"max_results must be between 1 and {MaxResults}.");
        var (start, end) = (request.Whole("start_step"), request.Whole("end_step"));
        if (start is null != end is null)
        {
            throw MlflowException.Invalid("If either start step or end step are specified, both must be specified.");
        }
        if (start > end)
        {
            throw MlflowException.Invalid(
                $"end_step must be greater than start_step. Found start_step={start} and end_step={end}.");
        }
        var range = new StepRange(start ?? -PointWriter.FurthestStep, end ?? PointWriter.FurthestStep);
        var (histories, points) = (new List<List<MetricView>>(), 0);
        foreach (var run in runs)
        {
            await database.ReadAsync((db, token) => db.ReadableRunAsync(http, run, token), cancellationToken);
            var history = new List<MetricView>();
            await foreach (var chunk in reader.ReadAsync(run, key, range, cancellationToken))
            {
                history.AddRange(chunk.Select(point => point.Metric with { RunId = run }));
                points += chunk.Count;
                if (points > MaxPoints)
                {
                    throw MlflowException.Invalid(
                        $"These runs have more than {MaxPoints} values of '{key}'. Ask for fewer runs or steps.");
                }
            }
            histories.Add(history);
        }
        var shown = Sample(histories, limit);
        return Answer(new HistoryEndpoints.Histories(
            [.. histories.SelectMany(history => history.Where(metric => shown.Contains(metric.Step))
                .OrderBy(metric => metric.Step).ThenBy(metric => metric.Timestamp).ThenBy(metric => metric.Value))]));
    }

    /// <summary>
    /// MLflow's choice of steps: evenly spaced among all distinct steps, and always the first and last of each run. It may exceed the
    /// limit.
    /// </summary>
    private static HashSet<long> Sample(List<List<MetricView>> histories, int limit)
    {
        var all = histories.SelectMany(history => history.Select(metric => metric.Step)).Distinct().Order().ToList();
        var chosen = all.Count <= limit
            ? all.ToHashSet()
            : [.. Enumerable.Range(0, limit).Select(index => all[(int)(index * ((double)all.Count / limit))]), all[^1]];
        foreach (var history in histories.Where(history => history.Count > 0))
        {
            chosen.Add(history.Min(metric => metric.Step));
            chosen.Add(history.Max(metric => metric.Step));
        }
        return chosen;
    }
}
