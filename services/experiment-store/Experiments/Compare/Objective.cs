using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>What one number stands for a run's curve.</summary>
internal enum ObjectiveStat
{
    Last,
    Min,
    Max,
    Mean,
}

/// <summary>One number per run: a metric, and what of its clean curve.</summary>
internal sealed record Objective(string Metric, ObjectiveStat Stat = ObjectiveStat.Last)
{
    /// <summary>As a query names it.</summary>
    public static Objective Parse(string? metric, string? stat)
    {
        var problems = new List<Problem>(new Objective(metric ?? "").Problems());
        var known = Enum.GetValues<ObjectiveStat>().Select(one => (ObjectiveStat?)one).FirstOrDefault(one => Name(one) == (stat ?? "last"));
        if (known is null)
        {
            problems.Add(new("stat", $"must be one of {string.Join(", ", Enum.GetValues<ObjectiveStat>().Select(one => Name(one)))}"));
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

    /// <summary>The numbers of some runs; NaN and infinities are numbers, and a run without the metric is left out. Within one state of the database.</summary>
    public async Task<Dictionary<string, double>> ValuesAsync(StoreContext db, IQueryable<string> runIds, CancellationToken cancellationToken)
    {
        var series = await db.Series.AsNoTracking()
            .Where(one => one.Name == Metric && one.LastStep != null && runIds.Contains(one.RunId))
            .ToListAsync(cancellationToken);
        var values = new Dictionary<string, double>(series.Count, StringComparer.Ordinal);
        foreach (var one in series)
        {
            values[one.RunId] = Stat switch
            {
                ObjectiveStat.Min => one.Min ?? double.NaN,
                ObjectiveStat.Max => one.Max ?? double.NaN,
                ObjectiveStat.Mean => await MeanAsync(db, one, cancellationToken),
                _ => one.LastValue ?? double.NaN,
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
