using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Runs;

/// <summary>Which runs, in which order, and how many.</summary>
internal sealed record RunQuery
{
    public const int MostPerPage = 1000;

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

    /// <summary><c>created_at</c> (newest first) or <c>name</c>, optionally followed by <c>asc</c> or <c>desc</c>.</summary>
    [FromQuery(Name = "order_by")]
    public string? OrderBy { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    public async Task<Page<RunSummary>> RunAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var limit = Refusal.Limit(Limit, 50, MostPerPage);
        var rows = await Ordered(Filtered(db)).Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        var ids = page.Select(run => run.Id).ToList();
        var tags = (await db.Tags.Where(tag => ids.Contains(tag.RunId)).ToListAsync(cancellationToken)).ToLookup(tag => tag.RunId);
        return new([.. page.Select(run => RunSummary.Of(run, tags[run.Id]))], rows.Count > limit ? After(page[^1]) : null);
    }

    private IQueryable<Run> Filtered(StoreContext db)
    {
        var runs = db.Runs.Where(run => run.DeletedAt == null);
        if (Status is not null)
        {
            var statuses = Status.Split(',').Select(ParseStatus).ToList();
            runs = runs.Where(run => statuses.Contains(run.Status));
        }
        if (ExperimentId is not null)
        {
            runs = runs.Where(run => run.ExperimentId == ExperimentId);
        }
        if (Name is not null)
        {
            var part = StorableText.Clean(Name, 256).ToLowerInvariant();
#pragma warning disable CA1862, MA0011 // SQL's lower(): there is no culture, and no comparison to choose.
            runs = runs.Where(run => run.Name.ToLower().Contains(part));
#pragma warning restore CA1862, MA0011
        }
        if (SpectralNorm is not null)
        {
            runs = runs.Where(run => run.SpectralNorm == SpectralNorm);
        }
        foreach (var tag in Tag ?? [])
        {
            var (name, value) = tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (tag[..at], tag[(at + 1)..]) : (tag, null);
            (name, value) = (StorableText.Clean(name, 256), StorableText.CleanOrNull(value, 8192));
            runs = runs.Where(run => db.Tags.Any(one => one.RunId == run.Id && one.Name == name && (value == null || one.Value == value)));
        }
        return runs;
    }

    private IQueryable<Run> Ordered(IQueryable<Run> runs)
    {
        var (column, descending) = Order();
        var cursor = Requests.Cursor.Parse(Cursor, $"{column} {descending}");
        if (column == "name")
        {
            if (cursor is { Value: var name, Id: var id })
            {
                runs = descending
                    ? runs.Where(run => string.Compare(run.Name, name) < 0 || (run.Name == name && string.Compare(run.Id, id) < 0))
                    : runs.Where(run => string.Compare(run.Name, name) > 0 || (run.Name == name && string.Compare(run.Id, id) > 0));
            }
            return descending
                ? runs.OrderByDescending(run => run.Name).ThenByDescending(run => run.Id)
                : runs.OrderBy(run => run.Name).ThenBy(run => run.Id);
        }
        if (cursor is not null)
        {
            var (time, id) = (cursor.Time, cursor.Id);
            runs = descending
                ? runs.Where(run => run.CreatedAt < time || (run.CreatedAt == time && string.Compare(run.Id, id) < 0))
                : runs.Where(run => run.CreatedAt > time || (run.CreatedAt == time && string.Compare(run.Id, id) > 0));
        }
        return descending
            ? runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id)
            : runs.OrderBy(run => run.CreatedAt).ThenBy(run => run.Id);
    }

    private string After(Run last)
    {
        var (column, descending) = Order();
        var order = $"{column} {descending}";
        return (column == "name" ? new(order, last.Name, last.Id) : Requests.Cursor.At(order, last.CreatedAt, last.Id)).ToString();
    }

    private (string Column, bool Descending) Order() => OrderBy switch
    {
        null or "created_at" or "created_at desc" => ("created_at", true),
        "created_at asc" => ("created_at", false),
        "name" or "name asc" => ("name", false),
        "name desc" => ("name", true),
        _ => throw new TrainyardException(ErrorCode.ConfigInvalid, [new("order_by", "must be created_at or name, optionally followed by asc or desc")]),
    };

    private static RunStatus ParseStatus(string text) => Enum.GetValues<RunStatus>().Where(status => RunLife.Name(status) == text).Select(status => (RunStatus?)status).SingleOrDefault()
        ?? throw new TrainyardException(ErrorCode.ConfigInvalid, [new("status", $"must be of {string.Join(", ", Enum.GetValues<RunStatus>().Select(RunLife.Name))}")]);
}
