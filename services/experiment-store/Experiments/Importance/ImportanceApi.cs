using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.ExperimentStore.Experiments.Compare;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.Sweeps;

namespace Trainyard.ExperimentStore.Experiments.Importance;

/// <summary>How much one hyperparameter explains of the variance of a metric.</summary>
/// <param name="Name">The hyperparameter.</param>
/// <param name="Importance">Its share of the sum of all main effects.</param>
/// <param name="MainEffect">The share of the metric's variance that it explains by itself.</param>
/// <param name="Scale"><c>linear</c>, <c>log</c> (numbers over a factor of 100, less skewed on a log scale) or <c>choice</c>.</param>
/// <param name="Values">Number of distinct values.</param>
internal sealed record ParameterImportance(string Name, double Importance, double MainEffect, string Scale, int Values);

/// <summary>A hyperparameter that could not be analyzed.</summary>
internal sealed record LeftOut(string Name, string Reason);

/// <summary>How much each hyperparameter explains of the variance of a metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Stat">The statistic of its curve.</param>
/// <param name="Runs">Number of analyzed runs.</param>
/// <param name="Missing">Number of runs left out because they have no finite value.</param>
/// <param name="Parameters">The most important first.</param>
/// <param name="LeftOut">Hyperparameters that can't be analyzed, and why.</param>
internal sealed record Importances(
    string Metric, ObjectiveStat Stat, int Runs, int Missing, IReadOnlyList<ParameterImportance> Parameters,
    IReadOnlyList<LeftOut> LeftOut);

internal static class ImportanceApi
{
    private const int MaxRuns = 2000;

    public static void MapImportance(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/experiments/{experimentId}/importance", ImportanceAsync)
        .WithTags("Experiments")
        .WithName("GetImportance")
        .WithSummary("How much each hyperparameter matters for a metric: functional analysis of variance over the experiment's runs")
        .WithResponseExample("""
            {"metric":"val_loss","stat":"min","runs":40,"missing":2,"parameters":[
              {"name":"learning_rate","importance":0.81,"main_effect":0.7,"scale":"log","values":40},
              {"name":"spectral_norm","importance":0.19,"main_effect":0.16,"scale":"choice","values":2}],
             "left_out":[{"name":"seed","reason":"all runs have the same"}]}
            """);

    private static async Task<Ok<Importances>> ImportanceAsync(
        string experimentId, [FromQuery(Name = "metric")] string? metric, [FromQuery(Name = "stat")] string? stat,
        Database database, CancellationToken cancellationToken)
    {
        var objective = Objective.Parse(metric, stat);
        var (runs, values) = await database.ReadAsync(async (db, token) =>
        {
            await db.ExperimentAsync(experimentId, token);
            await using var snapshot = await db.SnapshotAsync(token);
            return (await ComparedRun.ReadAsync(db, experimentId, withTags: false, token),
                await objective.ValuesAsync(db, db.Runs.Where(run => run.ExperimentId == experimentId).Select(run => run.Id), token));
        }, cancellationToken);
        var used = runs.Where(run => double.IsFinite(values.GetValueOrDefault(run.Id, double.NaN))).Take(MaxRuns).ToList();
        var (columns, leftOut) = Column.Of(used);
        double[] losses = [.. used.Select(run => values[run.Id])];
        // The analysis can take seconds: keep it off the request thread.
        var shares = await Task.Run(() => Fanova.MainEffects(
            [.. columns.Select(column => column.Feature)],
            [.. Enumerable.Range(0, used.Count).Select(row => columns.Select(column => column.Values[row]).ToArray())],
            losses), cancellationToken);
        var total = shares.Sum();
        return TypedResults.Ok(new Importances(objective.Metric, objective.Stat, used.Count, runs.Count - used.Count,
            [.. columns.Zip(shares, (column, share) =>
                new ParameterImportance(column.Name, total > 0 ? share / total : 0, share, column.Scale, column.Distinct))
                .OrderByDescending(parameter => parameter.Importance).ThenBy(parameter => parameter.Name, StringComparer.Ordinal)],
            leftOut));
    }
}
