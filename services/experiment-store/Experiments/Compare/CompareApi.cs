using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>
/// Runs with equal values of the grouping fields. Statistics cover the runs with a finite value; null means that the runs lack the field.
/// </summary>
internal sealed record ComparedGroup(
    IReadOnlyDictionary<string, JsonElement?> By, int Runs, int Count, int Missing, double? Mean, double? Std, double? Min, double? Max,
    IReadOnlyList<string> RunIds);

/// <summary>Statistics of a metric for each group of runs.</summary>
internal sealed record Comparison(string Metric, ObjectiveStat Stat, IReadOnlyList<ComparedGroup> Groups, int GroupsInAll, bool Truncated);

internal static class CompareApi
{
    private const int MaxNames = 5;
    private const int MaxGroups = 1000;
    private const int MaxRunIds = 100;

    public static void MapCompare(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/experiments/{experimentId}/compare", CompareAsync)
        .WithTags("Experiments")
        .WithName("CompareRuns")
        .WithSummary("A metric's mean, deviation and extremes over the runs of an experiment, grouped by any hyperparameter or attribute")
        .WithResponseExample("""
            {"metric":"val_loss","stat":"min","groups":[
              {"by":{"spectral_norm":false},"runs":5,"count":4,"missing":1,"mean":2.31,"std":0.04,"min":2.27,"max":2.36,
               "run_ids":["run-1","run-2","run-3","run-4","run-5"]},
              {"by":{"spectral_norm":true},"runs":5,"count":5,"missing":0,"mean":2.18,"std":0.02,"min":2.16,"max":2.21,
               "run_ids":["run-6","run-7","run-8","run-9","run-10"]}],
             "groups_in_all":2,"truncated":false}
            """);

    private static async Task<Ok<Comparison>> CompareAsync(
        string experimentId, [FromQuery(Name = "metric")] string? metric, [FromQuery(Name = "by")] string[]? by,
        [FromQuery(Name = "stat")] string? stat, Database database, CancellationToken cancellationToken)
    {
        var objective = Objective.Parse(metric, stat);
        var names = NameList.Parse(by, "by") ?? [];
        if (names.Count is 0 or > MaxNames)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("by", $"must name 1 to {MaxNames} hyperparameters or attributes "
                    + "(spectral_norm, status, kind, source, name, tags.NAME, params.NAME)")]);
        }
        return TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.ExperimentAsync(experimentId, token);
            await using var snapshot = await db.SnapshotAsync(token);
            var withTags = names.Exists(name => name.StartsWith("tags.", StringComparison.Ordinal));
            var runs = await ComparedRun.ReadAsync(db, experimentId, withTags, token);
            var ids = db.Runs.Where(run => run.ExperimentId == experimentId).Select(run => run.Id);
            var values = await objective.ValuesAsync(db, ids, token);
            var groups = runs
                .GroupBy(run => string.Join('\n', names.Select(name => GroupKey.Text(run[name]))), StringComparer.Ordinal)
                .OrderBy(group => names.Select(name => group.First()[name]).ToArray(), GroupKey.Order)
                .ToList();
            return new Comparison(
                objective.Metric, objective.Stat, [.. groups.Take(MaxGroups).Select(group => Summary(names, [.. group], values))],
                groups.Count, runs.Count == ComparedRun.MaxRuns);
        }, cancellationToken));
    }

    private static ComparedGroup Summary(List<string> names, List<ComparedRun> runs, Dictionary<string, double> values)
    {
        var (count, mean, squares) = (0, 0.0, 0.0);
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in runs.Select(run => values.GetValueOrDefault(run.Id, double.NaN)).Where(double.IsFinite))
        {
            // Welford's update: no cancellation, unlike the difference of large sums.
            count++;
            var distance = value - mean;
            mean += distance / count;
            squares += distance * (value - mean);
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }
        return new(
            names.ToDictionary(
                name => name,
                name => runs[0][name] is { ValueKind: not JsonValueKind.Undefined } known ? (JsonElement?)known : null,
                StringComparer.Ordinal),
            runs.Count, count, runs.Count - count,
            count > 0 ? mean : null, count > 1 ? Math.Sqrt(squares / (count - 1)) : null, count > 0 ? min : null, count > 0 ? max : null,
            [.. runs.Take(MaxRunIds).Select(run => run.Id)]);
    }
}
