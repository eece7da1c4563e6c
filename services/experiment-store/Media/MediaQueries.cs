using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.MediaFiles;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Media;

/// <summary>Selects media of a run by a part of their names.</summary>
internal sealed record MediaListQuery
{
    private const int MaxListed = 10_000;

    /// <summary>Returns only media whose name has this prefix.</summary>
    [FromQuery(Name = "prefix")]
    public string? Prefix { get; init; }

    /// <summary>Default: 1,000.</summary>
    [FromQuery(Name = "limit"), Range(1, MaxListed)]
    public int? Limit { get; init; }

    public async Task<MediaList> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 1000, MaxListed);
        await db.RequireRunAsync(runId, cancellationToken);
        var media = db.CurrentMedia(runId);
        if (StorableText.CleanOrNull(Prefix, PointWriter.MaxNameCharacters) is { Length: > 0 } prefix)
        {
            // LIKE ignores case in SQLite.
            media = media.Where(item => item.Name.Substring(0, prefix.Length) == prefix);
        }
        var found = await media
            .GroupBy(item => new { item.Name, item.Kind })
            .OrderBy(group => group.Key.Name).ThenBy(group => group.Key.Kind)
            .Take(limit + 1)
            .Select(group => new MediaSummary(
                group.Key.Name, group.Key.Kind, group.LongCount(), group.Select(item => item.Step).Distinct().LongCount(),
                group.Min(item => item.Step), group.Max(item => item.Step)))
            .ToListAsync(cancellationToken);
        return new(runId, [.. found.Take(limit)], found.Count > limit);
    }
}

/// <summary>Selects media of a run by name.</summary>
internal abstract record NamedMediaQuery
{
    /// <summary>The name of the media. Required.</summary>
    [FromQuery(Name = "name"), StringLength(PointWriter.MaxNameCharacters)]
    public string? Name { get; init; }

    /// <summary>The items of a name. Requires the run to exist.</summary>
    protected async Task<IQueryable<MediaItem>> SelectAsync(
        StoreContext db, string runId, MediaKind kind, CancellationToken cancellationToken)
    {
        await db.RequireRunAsync(runId, cancellationToken);
        return db.CurrentMedia(runId).Where(item => item.Name == Name && item.Kind == kind);
    }

    /// <summary>The name, which must be given.</summary>
    protected string RequireName() => Name is { Length: > 0 and <= PointWriter.MaxNameCharacters } name && StorableText.IsClean(name)
        ? name
        : throw new TrainyardException(
            ErrorCode.ConfigInvalid, [new("name", $"is required: a name of 1 to {PointWriter.MaxNameCharacters} characters")]);

    /// <summary>At most <paramref name="max"/> of the steps, evenly thinned, with the first and the last.</summary>
    protected static List<long> Thin(List<long> steps, int max) => steps.Count <= max ? steps
        : max == 1 ? [steps[^1]]
        : [.. Enumerable.Range(0, max).Select(index => steps[(int)((long)index * (steps.Count - 1) / (max - 1))])];

    protected TrainyardException Missing(string runId, MediaKind kind) =>
        new(ErrorCode.DataNotFound, $"Run {runId} has no {MediaKinds.WordOf(kind)} named '{Name}'.");
}

/// <summary>Selects media of a run by name and kind.</summary>
internal abstract record KindOfMediaQuery : NamedMediaQuery
{
    /// <summary>The kind of the media. Required.</summary>
    [FromQuery(Name = "kind"), AllowedValues("image", "audio", "text", "table", "histogram")]
    public string? Kind { get; init; }

    protected MediaKind RequireKind() => MediaKinds.Parse(Kind)
        ?? throw new TrainyardException(ErrorCode.ConfigInvalid, [new("kind", $"is required: {MediaKinds.Words}")]);
}

/// <summary>Selects the steps of a name.</summary>
internal sealed record MediaStepsQuery : KindOfMediaQuery
{
    private const int MaxListed = 10_000;

    /// <summary>Maximum number of steps; more are evenly thinned. Default: 1,000.</summary>
    [FromQuery(Name = "max_steps"), Range(1, MaxListed)]
    public int? MaxSteps { get; init; }

    public async Task<MediaStepList> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var max = QueryLimit.Of(MaxSteps, 1000, MaxListed, "max_steps");
        var (name, kind) = (RequireName(), RequireKind());
        var items = await SelectAsync(db, runId, kind, cancellationToken);
        var steps = await items.Select(item => item.Step).Distinct().OrderBy(step => step).ToListAsync(cancellationToken);
        return steps.Count == 0 ? throw Missing(runId, kind) : new(runId, name, kind, Thin(steps, max), steps.Count);
    }
}

/// <summary>Selects the items of a name at a step.</summary>
internal sealed record MediaAtQuery : KindOfMediaQuery
{
    private const int MaxItems = MediaLimits.MaxIndex + 1;

    /// <summary>Returns the items of the nearest step at or before this one. Default: the last step.</summary>
    [FromQuery(Name = "step")]
    public long? Step { get; init; }

    /// <summary>Maximum number of items. Default: 100.</summary>
    [FromQuery(Name = "limit"), Range(1, MaxItems)]
    public int? Limit { get; init; }

    public async Task<MediaAtStep> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var limit = QueryLimit.Of(Limit, 100, MaxItems);
        var (name, kind, wanted) = (RequireName(), RequireKind(), Step ?? long.MaxValue);
        var items = await SelectAsync(db, runId, kind, cancellationToken);
        var step = await items.Where(item => item.Step <= wanted).MaxAsync(item => (long?)item.Step, cancellationToken)
            ?? await items.MinAsync(item => (long?)item.Step, cancellationToken)
            ?? throw Missing(runId, kind);
        var found = await items.Where(item => item.Step == step)
            .OrderBy(item => item.Index).ThenByDescending(item => item.Attempt)
            .Take(limit + 1)
            .Select(item => new MediaView(
                item.Id, item.Index, item.Caption, item.Attempt, item.Time, item.ContentType, item.Path == null ? item.Size : null,
                item.Width, item.Height, item.Path))
            .ToListAsync(cancellationToken);
        return new(runId, name, kind, step, [.. found.Take(limit)], found.Count > limit);
    }
}

/// <summary>Selects histograms of a name, step by step.</summary>
internal sealed record HistogramsQuery : NamedMediaQuery
{
    private const int MaxListed = 200;

    /// <summary>Maximum number of histograms; more are evenly thinned. Default: 50.</summary>
    [FromQuery(Name = "max_steps"), Range(1, MaxListed)]
    public int? MaxSteps { get; init; }

    public async Task<HistogramHistory> RunAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var max = QueryLimit.Of(MaxSteps, 50, MaxListed, "max_steps");
        var name = RequireName();
        var items = await SelectAsync(db, runId, MediaKind.Histogram, cancellationToken);
        var steps = await items.Select(item => item.Step).Distinct().OrderBy(step => step).ToListAsync(cancellationToken);
        if (steps.Count == 0)
        {
            throw Missing(runId, MediaKind.Histogram);
        }
        var chosen = Thin(steps, max);
        var lowest = await items.Where(item => chosen.Contains(item.Step)).MinAsync(item => item.Index, cancellationToken);
        var rows = await items.Where(item => chosen.Contains(item.Step) && item.Index == lowest && item.Content != null)
            .OrderBy(item => item.Step).ThenByDescending(item => item.Attempt)
            .Select(item => new { item.Step, item.Content })
            .ToListAsync(cancellationToken);
        return new(
            runId, name,
            [.. rows.DistinctBy(row => row.Step).Select(row => new HistogramAtStep(row.Step, MediaContent.HistogramOf(row.Content)))],
            steps.Count);
    }
}
