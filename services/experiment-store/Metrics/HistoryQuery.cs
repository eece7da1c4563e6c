using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Which part of which curves, and in how many points.</summary>
internal sealed record HistoryQuery
{
    private const int PointLimit = 100_000;
    private const int MaxSeries = 100;
    private const int AllAttempts = 0;

    /// <summary>
    /// Names of series, separated by commas (one with a comma in quotes), or one in each of several parameters; the first hundred by name
    /// when left out.
    /// </summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary>The most points of a curve; 2,000 when left out.</summary>
    [FromQuery(Name = "max_points")]
    public int? MaxPoints { get; init; }

    /// <summary><c>all</c>, or the number of an attempt: its points, replaced ones too. The clean curve when left out.</summary>
    [FromQuery(Name = "attempt")]
    public string? Attempt { get; init; }

    public async Task<MetricHistory> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var most = QueryLimit.Of(MaxPoints, 2000, PointLimit, "max_points");
        var attempt = Attempt switch
        {
            null => (int?)null,
            "all" => AllAttempts,
            _ when int.TryParse(Attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
            _ => throw new TrainyardException(ErrorCode.ConfigInvalid, [new("attempt", "must be 'all' or the number of an attempt")]),
        };
        var names = NameList.Parse(Keys, "keys")?.ConvertAll(key => StorableText.Clean(key, 1000));
        if (names is { Count: > MaxSeries })
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("keys", $"must name at most {MaxSeries} series, not {names.Count}")]);
        }
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        await db.RequireRunAsync(runId, cancellationToken);
        var series = db.Series.Where(one => one.RunId == runId);
        var total = await series.CountAsync(cancellationToken);
        var wanted = await series.Where(one => names == null || names.Contains(one.Name)).OrderBy(one => one.Name).Take(MaxSeries).ToListAsync(cancellationToken);
        var selection = await Selection.OfAsync(db, runId, FromStep, ToStep, attempt, cancellationToken);
        var curves = new List<Curve>(wanted.Count);
        foreach (var one in wanted)
        {
            curves.Add(await CurveReader.ReadAsync(db, one, selection, most, tellAttempt: attempt is not null, cancellationToken));
        }
        return new(runId, curves, total);
    }
}
