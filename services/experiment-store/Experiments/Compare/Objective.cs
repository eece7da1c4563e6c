using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>The statistic that summarizes a run's curve.</summary>
internal enum ObjectiveStat
{
    Last,
    Min,
    Max,
    Mean,
}

/// <summary>One number per run: a statistic of a metric's clean curve.</summary>
internal sealed record Objective(string Metric, ObjectiveStat Stat = ObjectiveStat.Last)
{
    /// <summary>Parses the metric and the statistic of a query.</summary>
    public static Objective Parse(string? metric, string? stat)
    {
        var problems = new List<Problem>(new Objective(metric ?? "").Problems());
        var known = Enum.GetValues<ObjectiveStat>().Select(value => (ObjectiveStat?)value)
            .FirstOrDefault(value => Name(value) == (stat ?? "last"));
        if (known is null)
        {
            problems.Add(new("stat", $"must be one of {string.Join(", ", Enum.GetValues<ObjectiveStat>().Select(value => Name(value)))}"));
        }
        TrainyardException.ThrowIfAny(problems);
        return new(metric ?? "", known ?? ObjectiveStat.Last);
    }

    public IEnumerable<Problem> Problems()
    {
        if (!PointWriter.IsName(Metric) || !StorableText.IsClean(Metric))
        {
            yield return new("metric", $"must be the name of a metric: 1 to {PointWriter.MaxNameCharacters} characters");
        }
    }

    /// <summary>
    /// The numbers of the given runs, NaN and infinities included. Runs without the metric are absent. Call it within a snapshot.
    /// </summary>
    public async Task<Dictionary<string, double>> ValuesAsync(
        StoreContext db, IQueryable<string> runIds, CancellationToken cancellationToken)
    {
        var series = await db.Series.AsNoTracking()
            .Where(row => row.Name == Metric && row.LastStep != null && runIds.Contains(row.RunId))
            .ToListAsync(cancellationToken);
        var values = new Dictionary<string, double>(series.Count, StringComparer.Ordinal);
        foreach (var row in series)
        {
            values[row.RunId] = Stat switch
            {
                ObjectiveStat.Min => row.Min ?? double.NaN,
                ObjectiveStat.Max => row.Max ?? double.NaN,
                ObjectiveStat.Mean => await MeanAsync(db, row, cancellationToken),
                _ => row.LastValue ?? double.NaN,
            };
        }
        return values;
    }

    private static async Task<double> MeanAsync(StoreContext db, Series series, CancellationToken cancellationToken)
    {
        var selection = await Selection.OfAsync(db, series.RunId, from: null, to: null, attempt: null, cancellationToken);
        var curve = await CurveReader.ReadAsync(db, series, selection, maxPoints: 1, withAttempt: false, cancellationToken);
        return curve.Buckets is [{ Mean: var mean }] ? mean ?? double.NaN : curve.Points is [var only] ? only.Value : double.NaN;
    }

    private static string Name(ObjectiveStat? stat) => stat?.ToString().ToLowerInvariant() ?? "";
}
