using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Curves of several runs, in the order asked for.</summary>
internal sealed record Histories(IReadOnlyList<MetricHistory> Runs);

/// <summary><see cref="HistoriesWanted"/> in an address.</summary>
internal sealed record HistoriesQuery
{
    /// <summary>Runs, separated by commas (one with a comma in quotes), or one in each of several parameters.</summary>
    [FromQuery(Name = "runs")]
    public string[]? Runs { get; init; }

    /// <summary>Names of series, likewise; the first hundred of each run by name when left out.</summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary>The most points of a curve; as many as the answer may hold, up to 2,000, when left out.</summary>
    [FromQuery(Name = "max_points")]
    public int? MaxPoints { get; init; }

    public HistoriesWanted Wanted() => new(NameList.Parse(Runs, "runs") ?? [], NameList.Parse(Keys, "keys"), FromStep, ToStep, MaxPoints);
}

/// <summary>Which curves of which runs, and in how many points: the clean ones.</summary>
internal sealed record HistoriesWanted(
    IReadOnlyList<string> Runs, IReadOnlyList<string>? Keys = null, long? FromStep = null, long? ToStep = null, int? MaxPoints = null)
{
    private const int MaxRuns = 100;
    private const int MaxSeries = 100;
    private const int UsualPoints = 2_000;
    private const int PointLimit = 400_000;

    public async Task<Histories> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var runs = (Runs ?? []).Distinct(StringComparer.Ordinal).ToList();
        var names = Keys?.Select(key => StorableText.Clean(key, 1000)).Distinct(StringComparer.Ordinal).ToList();
        TrainyardException.ThrowIfAny([.. Problems(runs.Count, names?.Count ?? 0)]);
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        var wanted = new List<(string RunId, List<Series> Series, int Total)>();
        foreach (var runId in runs)
        {
            await db.RequireRunAsync(runId, cancellationToken);
            var all = db.Series.Where(one => one.RunId == runId);
            var some = await all.Where(one => names == null || names.Contains(one.Name)).OrderBy(one => one.Name).Take(MaxSeries).ToListAsync(cancellationToken);
            wanted.Add((runId, some, await all.CountAsync(cancellationToken)));
        }
        var most = Most(wanted.Sum(one => one.Series.Count));
        var histories = new List<MetricHistory>(wanted.Count);
        foreach (var (runId, series, total) in wanted)
        {
            var selection = await Selection.OfAsync(db, runId, FromStep, ToStep, attempt: null, cancellationToken);
            var curves = new List<Curve>(series.Count);
            foreach (var one in series)
            {
                curves.Add(await CurveReader.ReadAsync(db, one, selection, most, tellAttempt: false, cancellationToken));
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

    private int Most(int curves)
    {
        var fit = PointLimit / Math.Max(1, curves);
        return MaxPoints is { } asked && asked > fit
            ? throw new TrainyardException(ErrorCode.ConfigInvalid, [new("max_points", $"must be at most {fit} for {curves} curves: an answer has at most {PointLimit} points")])
            : QueryLimit.Of(MaxPoints, Math.Min(UsualPoints, fit), PointLimit, "max_points");
    }
}
