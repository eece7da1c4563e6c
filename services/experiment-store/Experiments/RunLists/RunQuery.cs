using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>Which runs, in which order, how many, and with which of their values.</summary>
internal sealed record RunQuery
{
    public const int MaxPerPage = 1000;

    /// <summary>One status or several, separated by commas.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "experiment_id")]
    public string? ExperimentId { get; init; }

    /// <summary>Part of a name, in any case.</summary>
    [FromQuery(Name = "name")]
    public string? Name { get; init; }

    /// <summary><c>name</c> or <c>name=value</c>; several must all hold.</summary>
    [FromQuery(Name = "tag")]
    public string[]? Tag { get; init; }

    [FromQuery(Name = "spectral_norm")]
    public bool? SpectralNorm { get; init; }

    [FromQuery(Name = "pinned")]
    public bool? Pinned { get; init; }

    /// <summary>Those that are deleted and can be restored, instead of the others.</summary>
    [FromQuery(Name = "deleted")]
    public bool? Deleted { get; init; }

    /// <summary>MLflow's search language: docs/search.md.</summary>
    [FromQuery(Name = "filter")]
    public string? Filter { get; init; }

    /// <summary>A metric, parameter, tag or attribute, optionally followed by <c>asc</c> or <c>desc</c>; <c>created_at</c>, newest first, when left out.</summary>
    [FromQuery(Name = "order_by")]
    public string? OrderBy { get; init; }

    /// <summary>Metrics to be shown of each run: names separated by commas, or <c>min(name)</c> and the like.</summary>
    [FromQuery(Name = "metrics")]
    public string[]? Metrics { get; init; }

    /// <summary>Parameters to be shown of each run.</summary>
    [FromQuery(Name = "params")]
    public string[]? Params { get; init; }

    [FromQuery(Name = "limit")]
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
            yield return Of("status", Comparing.In, [.. Status.Split(',').Select(status => new Text(ParseStatus(status).Name()))]);
        }
        if (ExperimentId is not null)
        {
            yield return Of("experiment_id", Comparing.Equal, new Text(StorableText.Clean(ExperimentId, 256)));
        }
        if (Name is not null)
        {
            yield return Of("name", Comparing.LikeInAnyCase, new Text(Pattern.Containing(StorableText.Clean(Name, 256))));
        }
        if (SpectralNorm is { } norm)
        {
            yield return Of("spectral_norm", Comparing.Equal, new Truth(norm));
        }
        if (Pinned is { } pinned)
        {
            yield return Of("pinned", Comparing.Equal, new Truth(pinned));
        }
        foreach (var tag in Tag ?? [])
        {
            var (name, value) = tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (tag[..at], tag[(at + 1)..]) : (tag, null);
            var field = new TagField(StorableText.Clean(name, 256));
            yield return value is null ? new Clause(field, Comparing.IsNotNull, []) : new Clause(field, Comparing.Equal, [new Text(StorableText.Clean(value, 8192))]);
        }
        if (Filter is not null)
        {
            yield return FilterParser.Parse(Filter);
        }
    }

    private static Clause Of(string attribute, Comparing how, params Literal[] values) =>
        new(new AttributeField(RunAttribute.Find(attribute) ?? throw new ArgumentException($"There is no attribute {attribute}.", nameof(attribute))), how, values);

    private static RunStatus ParseStatus(string text) => Enum.GetValues<RunStatus>().Where(status => status.Name() == text).Select(status => (RunStatus?)status).SingleOrDefault()
        ?? throw new TrainyardException(ErrorCode.ConfigInvalid, [new("status", $"must be of {string.Join(", ", Enum.GetValues<RunStatus>().Select(RunStatusNames.Name))}")]);
}
