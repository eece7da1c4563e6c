using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Curves of several runs, in the order of the request.</summary>
internal sealed record Histories(IReadOnlyList<MetricHistory> Runs);

/// <summary><see cref="HistoriesWanted"/> as query parameters.</summary>
internal sealed record HistoriesQuery
{
    /// <summary>Run ids, separated by commas or as several parameters. Quote an id that contains a comma.</summary>
    [FromQuery(Name = "runs")]
    public string[]? Runs { get; init; }

    /// <summary>Names of series, in the same format. Default: the first 100 of each run by name.</summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary>Maximum points per curve. Default: 2,000, or fewer if the answer would exceed its limit.</summary>
    [FromQuery(Name = "max_points"), Range(1, HistoriesWanted.PointLimit)]
    public int? MaxPoints { get; init; }

    public HistoriesWanted Wanted() => new()
    {
        Runs = NameList.Parse(Runs, "runs") ?? [],
        Keys = NameList.Parse(Keys, "keys"),
        FromStep = FromStep,
        ToStep = ToStep,
        MaxPoints = MaxPoints,
    };
}

/// <summary>Selects clean curves of several runs, and their resolution.</summary>
internal sealed record HistoriesWanted
{
    private const int MaxRuns = 100;
    private const int MaxSeries = 100;
    private const int DefaultPoints = 2_000;
    public const int PointLimit = 400_000;

    public required IReadOnlyList<string> Runs { get; init; }

    public IReadOnlyList<string>? Keys { get; init; }

    [Range(-WholeNumber.Max, WholeNumber.Max)]
    public long? FromStep { get; init; }

    [Range(-WholeNumber.Max, WholeNumber.Max)]
    public long? ToStep { get; init; }

    [Range(1, PointLimit)]
    public int? MaxPoints { get; init; }

    private IEnumerable<Problem> NullProblems()
    {
        // The JSON reader allows null in a list whatever the list's type says.
        if (Runs?.Contains(null) == true)
        {
            yield return new("runs", "must not contain null");
        }
        if (Keys?.Contains(null) == true)
        {
            yield return new("keys", "must not contain null");
        }
    }

    public async Task<Histories> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. NullProblems()]);
        var runs = (Runs ?? []).Distinct(StringComparer.Ordinal).ToList();
        var names = Keys?.Select(key => StorableText.Clean(key, 1000)).Distinct(StringComparer.Ordinal).ToList();
        TrainyardException.ThrowIfAny([.. Problems(runs.Count, names?.Count ?? 0)]);
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        var wanted = new List<(string RunId, List<Series> Series, int Total)>();
        foreach (var runId in runs)
        {
            await db.RequireRunAsync(runId, cancellationToken);
            var all = db.Series.Where(row => row.RunId == runId);
            var selected = await all.Where(row => names == null || names.Contains(row.Name))
                .OrderBy(row => row.Name).Take(MaxSeries).ToListAsync(cancellationToken);
            wanted.Add((runId, selected, await all.CountAsync(cancellationToken)));
        }
        var maxPoints = MaxPointsFor(wanted.Sum(run => run.Series.Count));
        var histories = new List<MetricHistory>(wanted.Count);
        foreach (var (runId, series, total) in wanted)
        {
            var selection = await Selection.OfAsync(db, runId, FromStep, ToStep, attempt: null, cancellationToken);
            var curves = new List<Curve>(series.Count);
            foreach (var row in series)
            {
                curves.Add(await CurveReader.ReadAsync(db, row, selection, maxPoints, withAttempt: false, cancellationToken));
            }
            histories.Add(new(runId, curves, total));
        }
        return new(histories);
    }

    private static IEnumerable<Problem> Problems(int runs, int names)
    {
        if (runs is 0 or > MaxRuns)
        {
            yield return new("runs", $"must name 1 to {MaxRuns} runs, not {runs}");
        }
        if (names > MaxSeries)
        {
            yield return new("keys", $"must name at most {MaxSeries} series, not {names}");
        }
    }

    private int MaxPointsFor(int curves)
    {
        var limit = PointLimit / Math.Max(1, curves);
        if (MaxPoints > limit)
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new("max_points", $"must be at most {limit} for {curves} curves: an answer has at most {PointLimit} points")]);
        }
        return QueryLimit.Of(MaxPoints, Math.Min(DefaultPoints, limit), PointLimit, "max_points");
    }
}
