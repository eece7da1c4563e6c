using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Storage;
using Trainyard.RunFilters;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>The query of a run list: filters, order, page, and which metrics and parameters to return.</summary>
internal sealed record RunQuery
{
    public const int MaxPerPage = 1000;

    /// <summary>One status or several, separated by commas.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "experiment_id")]
    public string? ExperimentId { get; init; }

    /// <summary>Part of the name; case is ignored.</summary>
    [FromQuery(Name = "name")]
    public string? Name { get; init; }

    /// <summary><c>name</c> or <c>name=value</c>; a run must match all of several.</summary>
    [FromQuery(Name = "tag")]
    public string[]? Tag { get; init; }

    [FromQuery(Name = "spectral_norm")]
    public bool? SpectralNorm { get; init; }

    /// <summary>The run's id in MLflow.</summary>
    [FromQuery(Name = "mlflow_run_id")]
    public string? MlflowRunId { get; init; }

    [FromQuery(Name = "pinned")]
    public bool? Pinned { get; init; }

    /// <summary>True lists the deleted runs that can be restored, instead of the others.</summary>
    [FromQuery(Name = "deleted")]
    public bool? Deleted { get; init; }

    /// <summary>MLflow's search language: docs/search.md.</summary>
    [FromQuery(Name = "filter")]
    public string? Filter { get; init; }

    /// <summary>A metric, parameter, tag or attribute, and optionally <c>asc</c> or <c>desc</c>; default: <c>created_at desc</c>.</summary>
    [FromQuery(Name = "order_by")]
    public string? OrderBy { get; init; }

    /// <summary>Metrics to return with each run: names separated by commas, or statistics such as <c>min(name)</c>.</summary>
    [FromQuery(Name = "metrics")]
    public string[]? Metrics { get; init; }

    /// <summary>Parameters to return with each run.</summary>
    [FromQuery(Name = "params")]
    public string[]? Params { get; init; }

    [FromQuery(Name = "limit"), Range(1, MaxPerPage)]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<Page<RunSummary>> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 50, MaxPerPage);
        var columns = RunColumns.Parse(Metrics, Params);
        var found = await new RunSearch([.. Filters()], Deleted is true, OrderBy).FindAsync(db, limit, Cursor, cancellationToken);
        return new(await columns.ReadAsync(db, found.Ids, cancellationToken), found.NextCursor);
    }

    private IEnumerable<Filter> Filters()
    {
        if (Status is not null)
        {
            yield return Of("status", Comparison.In, [.. Status.Split(',').Select(status => new Text(ParseStatus(status).Name()))]);
        }
        if (ExperimentId is not null)
        {
            yield return Of("experiment_id", Comparison.Equal, new Text(StorableText.Clean(ExperimentId, 256)));
        }
        if (Name is not null)
        {
            yield return Of("name", Comparison.ILike, new Text(Pattern.Containing(StorableText.Clean(Name, 256))));
        }
        if (SpectralNorm is { } norm)
        {
            yield return Of("spectral_norm", Comparison.Equal, new BooleanValue(norm));
        }
        if (MlflowRunId is not null)
        {
            yield return Of("mlflow_run_id", Comparison.Equal, new Text(StorableText.Clean(MlflowRunId, 256)));
        }
        if (Pinned is { } pinned)
        {
            yield return Of("pinned", Comparison.Equal, new BooleanValue(pinned));
        }
        foreach (var tag in Tag ?? [])
        {
            var (name, value) = tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (tag[..at], tag[(at + 1)..]) : (tag, null);
            var field = new TagField(StorableText.Clean(name, 256));
            yield return value is null
                ? new Clause(field, Comparison.IsNotNull, [])
                : new Clause(field, Comparison.Equal, [new Text(StorableText.Clean(value, 8192))]);
        }
        if (Filter is not null)
        {
            yield return RequestFilter.Parse(Filter);
        }
    }

    private static Clause Of(string attribute, Comparison how, params Literal[] values) =>
        RunAttribute.Find(attribute) is { } found
            ? new(new AttributeField(found), how, values)
            : throw new ArgumentException($"There is no attribute {attribute}.", nameof(attribute));

    private static RunStatus ParseStatus(string text)
    {
        var statuses = Enum.GetValues<RunStatus>();
        return statuses.Select(status => (RunStatus?)status).SingleOrDefault(status => status?.Name() == text)
            ?? throw new TrainyardException(
                ErrorCode.ConfigInvalid, [new("status", $"must be of {string.Join(", ", statuses.Select(RunStatusNames.Name))}")]);
    }
}
