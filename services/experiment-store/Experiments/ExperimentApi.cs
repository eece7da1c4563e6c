using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Experiments.RunLists;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;

namespace Trainyard.ExperimentStore.Experiments;

/// <summary>An experiment and the number of its runs by status.</summary>
internal sealed record ExperimentView(
    string ExperimentId, string Name, string? Description, string Folder, string? Notes, StoredJson Tags, StoredJson? SearchSpace,
    DateTimeOffset CreatedAt, DateTimeOffset? DeletedAt, IReadOnlyDictionary<string, int> Runs);

internal static class ExperimentApi
{
    private const int MaxFolders = 10_000;

    private const string Example = """
        {"experiment_id":"exp-1","name":"norms","description":null,"folder":"nlp/ablation","notes":null,"tags":{"team":"nlp"},
         "search_space":null,"created_at":"2026-03-04T12:00:00Z","deleted_at":null,"runs":{"completed":3,"running":1}}
        """;

    public static void MapExperiments(this IEndpointRouteBuilder endpoints)
    {
        var experiments = endpoints.MapGroup("/experiments").WithTags("Experiments");
        experiments.MapGet("", ListAsync).WithName("ListExperiments")
            .WithSummary("Experiments, newest first, with run counts by status; optionally of a folder and those below it, or deleted ones")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        experiments.MapPost("", CreateAsync).WithName("CreateExperiment").WithSummary("Create an experiment")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithRequestExample("""{"experiment_id":"exp-1","name":"norms","folder":"nlp/ablation"}""")
            .WithResponseExample(Example, StatusCodes.Status201Created);
        experiments.MapGet("/folders", FoldersAsync).WithName("ListExperimentFolders")
            .WithSummary("The folder tree, with the number of experiments in each")
            .WithResponseExample("""
                {"path":"","name":"","experiments":2,"total":3,
                 "folders":[{"path":"nlp","name":"nlp","experiments":1,"total":1,"folders":[]}]}
                """);
        experiments.MapGet("/{experimentId}", GetAsync).WithName("GetExperiment").WithSummary("One experiment")
            .WithResponseExample(Example);
        experiments.MapPut("/{experimentId}", UpdateAsync).WithName("UpdateExperiment")
            .WithSummary("Change an experiment's name, description, folder, notes or tags")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithRequestExample("""{"folder":"nlp/published"}""").WithResponseExample(Example);
        experiments.MapDelete("/{experimentId}", DeleteAsync).WithName("DeleteExperiment")
            .WithSummary("Delete an experiment that has no runs, or, with runs=true, its runs too; it can be restored for a week")
            .WithErrors(ErrorCode.IllegalTransition);
        experiments.MapPost("/{experimentId}/restore", RestoreAsync).WithName("RestoreExperiment")
            .WithSummary("Restore a deleted experiment and the runs deleted with it")
            .WithResponseExample(Example);
        experiments.MapGet("/{experimentId}/trials", TrialsAsync).WithName("ListTrials").WithSummary("The runs of an experiment")
            .WithResponseExample(RunApi.ListExample);
    }

    private static async Task<Ok<Page<ExperimentView>>> ListAsync(
        [FromQuery(Name = "folder")] string? folder, [FromQuery(Name = "deleted")] bool? deleted,
        [FromQuery(Name = "limit"), Range(1, QueryLimit.MaxPageSize)] int? limit, [FromQuery(Name = "cursor")] string? cursor,
        Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var pageSize = QueryLimit.Of(limit, 50, QueryLimit.MaxPageSize);
            var experiments = deleted is true
                ? db.Experiments.Where(experiment => experiment.DeletedAt != null)
                : db.Experiments.Where(experiment => experiment.DeletedAt == null);
            if (folder is not null)
            {
                var path = Folder.Normalize(folder) ?? throw new TrainyardException(ErrorCode.ConfigInvalid, [Folder.Problem("folder")]);
                var below = path + "/";
                // Not StartsWith: SQLite would ignore case.
                experiments = path.Length == 0
                    ? experiments
                    : experiments.Where(experiment => experiment.Folder == path || experiment.Folder.Substring(0, below.Length) == below);
            }
            if (Cursor.Parse(cursor, "created_at") is { } after)
            {
                var (time, id) = (after.Time, after.Id);
                experiments = experiments.Where(experiment => experiment.CreatedAt < time
                    || (experiment.CreatedAt == time && string.Compare(experiment.Id, id) < 0));
            }
            var rows = await experiments.OrderByDescending(experiment => experiment.CreatedAt).ThenByDescending(experiment => experiment.Id)
                .Take(pageSize + 1).ToListAsync(token);
            var page = rows.Take(pageSize).ToList();
            var views = await ViewsAsync(db, page, token);
            var next = rows.Count > pageSize ? Cursor.At("created_at", page[^1].CreatedAt, page[^1].Id).ToString() : null;
            return new Page<ExperimentView>(views, next);
        }, cancellationToken));

    private static async Task<Created<ExperimentView>> CreateAsync(
        ExperimentFields fields, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        Problem[] unnamed = fields is { ExperimentId: null, Name: null } ? [new("name", "must have 1 to 256 characters")] : [];
        TrainyardException.ThrowIfAny([.. fields.Problems(), .. unnamed]);
        var view = await database.WriteAsync(async (db, token) =>
        {
            var id = fields.ExperimentId ?? Identifier.Create("exp");
            if (await db.Experiments.AnyAsync(existing => existing.Id == id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Experiment '{id}' already exists.");
            }
            var experiment = new Experiment { Id = id, Name = id, CreatedAt = clock.GetUtcNow() };
            fields.ApplyTo(experiment);
            db.Experiments.Add(experiment);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken);
        return TypedResults.Created($"/api/experiments/{view.ExperimentId}", view);
    }

    private static async Task<Ok<ExperimentView>> UpdateAsync(
        string experimentId, ExperimentFields fields, Database database, CancellationToken cancellationToken)
    {
        var keepsId = fields.ExperimentId is null || fields.ExperimentId == experimentId;
        Problem[] changed = keepsId ? [] : [new("experiment_id", "can't be changed")];
        TrainyardException.ThrowIfAny([.. fields.Problems(), .. changed]);
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var experiment = await db.HeldAsync(experimentId, token);
            fields.ApplyTo(experiment);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken));
    }

    private static async Task<Ok<FolderView>> FoldersAsync(Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(Folder.Tree(await database.ReadAsync((db, token) => db.Experiments
            .Where(experiment => experiment.DeletedAt == null)
            .GroupBy(experiment => experiment.Folder)
            .Select(group => new { group.Key, Count = group.Count() })
            .OrderBy(group => group.Key)
            .Take(MaxFolders)
            .ToDictionaryAsync(group => group.Key, group => group.Count, StringComparer.Ordinal, token), cancellationToken)));

    private static async Task<NoContent> DeleteAsync(
        string experimentId, [FromQuery(Name = "runs")] bool? runs, Database database, IEnumerable<IRemoval> removals, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var experiment = await db.HeldAsync(experimentId, token);
            await experiment.DeleteAsync(db, runs is true, removals, clock.GetUtcNow(), token);
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ExperimentView>> RestoreAsync(
        string experimentId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var experiment = Identifier.IsValid(experimentId) ? await db.LockExperiment(experimentId).SingleOrDefaultAsync(token) : null;
            if (experiment is null || !await experiment.RestoreAsync(db, token))
            {
                throw RunLookup.NoExperiment(experimentId);
            }
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken));

    private static async Task<Ok<ExperimentView>> GetAsync(string experimentId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
            (await ViewsAsync(db, [await db.ExperimentAsync(experimentId, token)], token))[0], cancellationToken));

    private static async Task<Ok<Page<RunSummary>>> TrialsAsync(
        string experimentId, [AsParameters] RunQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.ExperimentAsync(experimentId, token);
            return await (query with { ExperimentId = experimentId }).RunAsync(db, token);
        }, cancellationToken));

    public static async Task<Experiment> ExperimentAsync(this StoreContext db, string id, CancellationToken cancellationToken) =>
        Identifier.IsValid(id)
        && await db.Experiments.SingleOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken) is { } experiment
            ? experiment
            : throw RunLookup.NoExperiment(id);

    private static async Task<Experiment> HeldAsync(this StoreContext db, string id, CancellationToken cancellationToken) =>
        Identifier.IsValid(id) && await db.LockExperiment(id).SingleOrDefaultAsync(cancellationToken) is { DeletedAt: null } found ? found
            : throw RunLookup.NoExperiment(id);

    private static async Task<List<ExperimentView>> ViewsAsync(
        StoreContext db, List<Experiment> experiments, CancellationToken cancellationToken)
    {
        var ids = experiments.Select(experiment => experiment.Id).ToList();
        var counts = (await db.Runs
            .Where(run => run.ExperimentId != null && ids.Contains(run.ExperimentId) && run.DeletedAt == null)
            .GroupBy(run => new { run.ExperimentId, run.Status })
            .Select(group => new { group.Key.ExperimentId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken)).ToLookup(count => count.ExperimentId);
        return [.. experiments.Select(experiment => new ExperimentView(
            experiment.Id, experiment.Name, experiment.Description, experiment.Folder, experiment.Notes, new(experiment.Tags ?? "{}"),
            StoredJson.Of(experiment.SearchSpace), experiment.CreatedAt, experiment.DeletedAt,
            counts[experiment.Id].ToDictionary(count => count.Status.Name(), count => count.Count, StringComparer.Ordinal)))];
    }
}
