using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Selects curves of a run, and their resolution.</summary>
internal sealed record HistoryQuery
{
    public const int PointLimit = 100_000;
    private const int MaxSeries = 100;
    private const int AllAttempts = 0;

    /// <summary>
    /// Names of series, separated by commas or as several parameters. Quote a name that contains a comma. Default: the first 100 by name.
    /// </summary>
    [FromQuery(Name = "keys")]
    public string[]? Keys { get; init; }

    [FromQuery(Name = "from_step")]
    public long? FromStep { get; init; }

    [FromQuery(Name = "to_step")]
    public long? ToStep { get; init; }

    /// <summary>Maximum points per curve. Default: 2,000.</summary>
    [FromQuery(Name = "max_points"), Range(1, PointLimit)]
    public int? MaxPoints { get; init; }

    /// <summary><c>all</c> or the number of an attempt, to include superseded points. Default: the clean curve.</summary>
    [FromQuery(Name = "attempt")]
    public string? Attempt { get; init; }

    public async Task<MetricHistory> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var maxPoints = QueryLimit.Of(MaxPoints, 2000, PointLimit, "max_points");
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
            throw new TrainyardException(
                ErrorCode.ConfigInvalid, [new("keys", $"must name at most {MaxSeries} series, not {names.Count}")]);
        }
        await using var snapshot = await db.SnapshotAsync(cancellationToken);
        await db.RequireRunAsync(runId, cancellationToken);
        var series = db.Series.Where(row => row.RunId == runId);
        var total = await series.CountAsync(cancellationToken);
        var wanted = await series.Where(row => names == null || names.Contains(row.Name))
            .OrderBy(row => row.Name).Take(MaxSeries).ToListAsync(cancellationToken);
        var selection = await Selection.OfAsync(db, runId, FromStep, ToStep, attempt, cancellationToken);
        var curves = new List<Curve>(wanted.Count);
        foreach (var row in wanted)
        {
            curves.Add(await CurveReader.ReadAsync(db, row, selection, maxPoints, withAttempt: attempt is not null, cancellationToken));
        }
        return new(runId, curves, total);
    }
}
