using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>
/// The metrics and parameters a list returns with its runs. A table page then needs one request, and no response carries thousands of
/// unused metrics.
/// </summary>
internal sealed record RunColumns(IReadOnlyList<(string Name, MetricField Field)>? Metrics, IReadOnlyList<string>? Params)
{
    private const int MaxColumns = 50;

    // Only what a summary needs: a config may be a megabyte.
    private static readonly Expression<Func<Run, Run>> Listed = run => new Run
    {
        Id = run.Id,
        Name = run.Name,
        Kind = run.Kind,
        Status = run.Status,
        Message = run.Message,
        ExperimentId = run.ExperimentId,
        Source = run.Source,
        SpectralNorm = run.SpectralNorm,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        UpdatedAt = run.UpdatedAt,
        LastHeartbeat = run.LastHeartbeat,
        Attempt = run.Attempt,
        Step = run.Step,
        TotalSteps = run.TotalSteps,
        Epochs = run.Epochs,
        EtaSeconds = run.EtaSeconds,
        ErrorKind = run.ErrorKind,
        ErrorCode = run.ErrorCode,
        Pinned = run.Pinned,
        Locked = run.Locked,
        DeletedAt = run.DeletedAt,
    };

    // Without the row's open buckets, which are kilobytes.
    private static readonly Expression<Func<Series, Series>> Shown = series => new Series
    {
        RunId = series.RunId,
        Name = series.Name,
        LastValue = series.LastValue,
        Min = series.Min,
        Max = series.Max,
        Count = series.Count,
        NanCount = series.NanCount,
        InfiniteCount = series.InfiniteCount,
        LastStep = series.LastStep,
        MinStep = series.MinStep,
        MaxStep = series.MaxStep,
    };

    /// <exception cref="TrainyardException">CONFIG_INVALID: there are too many, or one is invalid.</exception>
    public static RunColumns Parse(string[]? metrics, string[]? parameters) => new(
        Names(metrics, "metrics")?.Select(name => (name, RequestFilter.ParseMetric(name, "metrics"))).ToList(),
        Names(parameters, "params")?.Select(name => StorableText.Clean(name, RunParam.MaxNameCharacters)).ToList());

    /// <summary>The runs in the order of these ids.</summary>
    public async Task<IReadOnlyList<RunSummary>> ReadAsync(StoreContext db, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var runs = await db.Runs.Where(run => ids.Contains(run.Id)).Select(Listed)
            .ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, cancellationToken);
        var tags = (await db.Tags.Where(tag => ids.Contains(tag.RunId)).ToListAsync(cancellationToken)).ToLookup(tag => tag.RunId);
        var names = Metrics?.Select(metric => metric.Field.Name).Distinct(StringComparer.Ordinal).ToList() ?? [];
        var series = names.Count == 0 ? null : (await db.Series
            .Where(row => ids.Contains(row.RunId) && names.Contains(row.Name) && row.LastStep != null)
            .Select(Shown)
            .ToListAsync(cancellationToken)).ToLookup(row => row.RunId);
        var values = Params is null ? null : (await db.Params
            .Where(row => ids.Contains(row.RunId) && Params.Contains(row.Name))
            .ToListAsync(cancellationToken)).ToLookup(row => row.RunId);
        return [.. ids.Where(runs.ContainsKey).Select(id => RunSummary.Of(runs[id], tags[id]) with
        {
            Metrics = Metrics is null ? null : Values(series?[id] ?? []),
            Params = values?[id].ToDictionary(param => param.Name, param => param.Text, StringComparer.Ordinal),
        })];
    }

    private Dictionary<string, double> Values(IEnumerable<Series> series)
    {
        var byName = series.ToDictionary(row => row.Name, StringComparer.Ordinal);
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, field) in Metrics ?? [])
        {
            if (byName.GetValueOrDefault(field.Name) is { } row && Value(row, field.Statistic) is { } value)
            {
                values[name] = value;
            }
        }
        return values;
    }

    private static double? Value(Series series, Statistic statistic) => statistic switch
    {
        Statistic.Last => series.LastValue ?? double.NaN,
        Statistic.Min => series.Min,
        Statistic.Max => series.Max,
        Statistic.Count => series.Count,
        Statistic.NanCount => series.NanCount,
        Statistic.InfiniteCount => series.InfiniteCount,
        Statistic.LastStep => series.LastStep,
        Statistic.MinStep => series.MinStep,
        _ => series.MaxStep,
    };

    private static List<string>? Names(string[]? requested, string parameter)
    {
        var names = NameList.Parse(requested, parameter);
        return names is not { Count: > MaxColumns }
            ? names
            : throw new TrainyardException(
                ErrorCode.ConfigInvalid, [new(parameter, $"must be at most {MaxColumns} names, not {names.Count}")]);
    }
}
