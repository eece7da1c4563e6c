using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.Search;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>One action on many runs: those listed, or those a filter matches.</summary>
internal sealed record NewBulk(
    string[]? RunIds, string? Filter, RunVerb? Action,
    [property: JsonConverter(typeof(TagsConverter))] IReadOnlyDictionary<string, string>? Tags, string[]? Names, string? ExperimentId)
{
    public const int MaxRuns = 1000;

    public IEnumerable<Problem> Problems()
    {
        if (RunIds is null == Filter is null)
        {
            yield return new("run_ids", "or filter must be given, but not both");
        }
        if (RunIds is { Length: 0 or > MaxRuns })
        {
            yield return new("run_ids", $"must be 1 to {MaxRuns} ids, not {RunIds.Length}");
        }
        if (RunIds?.All(id => id is not null && Identifier.IsValid(id)) is false)
        {
            yield return new("run_ids", Identifier.Rule);
        }
        if (Action is null)
        {
            yield return new("action",
                $"must be one of {string.Join(", ", Enum.GetNames<RunVerb>().Select(name => name.ToLowerInvariant()))}");
        }
        if (Action is RunVerb.Tag == Tags is not { Count: > 0 })
        {
            yield return new("tags", "must be given with the action tag, and only with it");
        }
        if (Action is RunVerb.Untag == Names is not { Length: > 0 })
        {
            yield return new("names", "of tags must be given with the action untag, and only with it");
        }
        if (ExperimentId is not null && (Action is not RunVerb.Move || !Identifier.IsValid(ExperimentId)))
        {
            yield return new("experiment_id", Action is RunVerb.Move ? Identifier.Rule : "belongs to the action move");
        }
        foreach (var problem in TagLimits.Validate(Tags).Concat(OfNames("names", Names)))
        {
            yield return problem;
        }
    }

    public static IEnumerable<Problem> OfNames(string field, string[]? names) =>
        names is { Length: > TagLimits.MaxCount } || names?.Any(name => name is not { Length: > 0 and <= TagLimits.MaxName }) is true
            ? [new(field, $"must be at most {TagLimits.MaxCount} names of 1 to {TagLimits.MaxName} characters")]
            : [];
}

/// <summary>The outcome for one run.</summary>
internal sealed record BulkResult(string RunId, bool Done, ErrorCode? Code, string? Message);

/// <summary>The outcome for every run of the request.</summary>
/// <param name="Results">One for each run, in order.</param>
/// <param name="More">Whether the filter matches more runs than one request may change.</param>
internal sealed record BulkDone(IReadOnlyList<BulkResult> Results, bool More);

internal static class BulkApi
{
    // A transaction locks its runs, and in SQLite the whole database.
    private const int ChunkSize = 100;

    public static void MapBulk(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/runs/bulk", ActAsync)
        .WithTags("Runs")
        .WithName("ActOnRuns")
        .WithSummary("Tag, move, pin, lock, delete, restore or cancel many runs; returns the outcome for each")
        .WithRequestExample("""{"filter":"metrics.val_loss > 5 AND tags.team = 'nlp'","action":"tag","tags":{"verdict":"diverged"}}""")
        .WithResponseExample("""
            {"results":[
              {"run_id":"abc-123","done":true,"code":null,"message":null},
              {"run_id":"abc-124","done":false,"code":"ILLEGAL_TRANSITION","message":"Run abc-124 is locked. Unlock it first."}],
             "more":false}
            """)
        .WithMetadata(new RequestSizeLimitAttribute(1_000_000));

    private static async Task<Ok<BulkDone>> ActAsync(
        NewBulk request, Database database, RunFlags flags, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. request.Problems()]);
        var action = new RunAction(request.Action.GetValueOrDefault(), request.Tags, request.Names, request.ExperimentId);
        var (ids, more) = request.Filter is { } filter
            ? await FindAsync(database, filter, action.Verb is RunVerb.Restore, cancellationToken)
            : ([.. (request.RunIds ?? []).Distinct(StringComparer.Ordinal)], false);
        var results = new List<BulkResult>();
        foreach (var chunk in ids.Chunk(ChunkSize))
        {
            var (done, training) = await database.WriteAsync((db, token) => ChunkAsync(db, action, chunk, clock.GetUtcNow(), token),
                cancellationToken);
            results.AddRange(done);
            foreach (var run in training)
            {
                await flags.AskAsync(run, RunRequest.Cancel);
            }
        }
        return TypedResults.Ok(new BulkDone(results, more));
    }

    private static async Task<(IReadOnlyList<string> Ids, bool More)> FindAsync(
        Database database, string filter, bool deleted, CancellationToken cancellationToken)
    {
        var search = new RunSearch([RequestFilter.Parse(filter)], deleted);
        var found = await database.ReadAsync((db, token) => search.FindAsync(db, NewBulk.MaxRuns, cursor: null, token), cancellationToken);
        return (found.Ids, found.NextCursor is not null);
    }

    private static async Task<(List<BulkResult> Done, List<string> Training)> ChunkAsync(
        StoreContext db, RunAction action, string[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runs = await db.LockRuns(ids).ToDictionaryAsync(run => run.Id, StringComparer.Ordinal, cancellationToken);
        var (results, training) = (new List<BulkResult>(), new List<string>());
        foreach (var id in ids)
        {
            try
            {
                var run = runs.GetValueOrDefault(id) is { Removing: false } found
                    && (found.DeletedAt is null || action.Verb is RunVerb.Restore)
                        ? found
                        : throw RunLookup.NoRun(id);
                await action.ApplyAsync(db, run, now, cancellationToken);
                results.Add(new(id, true, null, null));
                if (action.Verb is RunVerb.Cancel && run.Status is RunStatus.Running)
                {
                    training.Add(id);
                }
            }
            catch (TrainyardException refused)
            {
                results.Add(new(id, false, refused.Code, refused.Message));
            }
        }
        return (results, training);
    }
}
