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

/// <summary>An experiment, with how many of its runs are in which status.</summary>
internal sealed record ExperimentView(
    string ExperimentId, string Name, string? Description, string Folder, string? Notes, StoredJson Tags, StoredJson? SearchSpace,
    DateTimeOffset CreatedAt, DateTimeOffset? DeletedAt, IReadOnlyDictionary<string, int> Runs);

internal static class ExperimentApi
{
    private const int MaxFolders = 10_000;

    private const string Example = """
        {"experiment_id":"exp-1","name":"norms","description":null,"folder":"nlp/ablation","notes":null,"tags":{"team":"nlp"},"search_space":null,
         "created_at":"2026-03-04T12:00:00Z","deleted_at":null,"runs":{"completed":3,"running":1}}
        """;

    public static void MapExperiments(this IEndpointRouteBuilder endpoints)
    {
        var experiments = endpoints.MapGroup("/experiments").WithTags("Experiments");
        experiments.MapGet("", ListAsync).WithName("ListExperiments").WithSummary("Experiments, newest first, with how many runs are in which status; of a folder and those below it, or deleted ones")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        experiments.MapPost("", CreateAsync).WithName("CreateExperiment").WithSummary("Create an experiment").WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithRequestExample("""{"experiment_id":"exp-1","name":"norms","folder":"nlp/ablation"}""")
            .WithResponseExample(Example, StatusCodes.Status201Created);
        experiments.MapGet("/folders", FoldersAsync).WithName("ListExperimentFolders").WithSummary("The tree of folders, with how many experiments each holds")
            .WithResponseExample("""{"path":"","name":"","experiments":2,"total":3,"folders":[{"path":"nlp","name":"nlp","experiments":1,"total":1,"folders":[]}]}""");
        experiments.MapGet("/{experimentId}", GetAsync).WithName("GetExperiment").WithSummary("One experiment").WithResponseExample(Example);
        experiments.MapPut("/{experimentId}", UpdateAsync).WithName("UpdateExperiment").WithSummary("Change an experiment's name, description, folder, notes or tags")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000)).WithRequestExample("""{"folder":"nlp/published"}""").WithResponseExample(Example);
        experiments.MapDelete("/{experimentId}", DeleteAsync).WithName("DeleteExperiment").WithSummary("Delete an experiment that has no runs, or, with runs=true, its runs too; it can be restored for a week")
            .WithErrors(ErrorCode.IllegalTransition);
        experiments.MapPost("/{experimentId}/restore", RestoreAsync).WithName("RestoreExperiment").WithSummary("Bring back a deleted experiment, and the runs that were deleted with it")
            .WithResponseExample(Example);
        experiments.MapGet("/{experimentId}/trials", TrialsAsync).WithName("ListTrials").WithSummary("The runs of an experiment").WithResponseExample(RunApi.ListExample);
    }

    private static async Task<Ok<Page<ExperimentView>>> ListAsync(
        [FromQuery(Name = "folder")] string? folder, [FromQuery(Name = "deleted")] bool? deleted,
        [FromQuery(Name = "limit")] int? limit, [FromQuery(Name = "cursor")] string? cursor, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var most = QueryLimit.Of(limit, 50, 1000);
            var experiments = deleted is true ? db.Experiments.Where(one => one.DeletedAt != null) : db.Experiments.Where(one => one.DeletedAt == null);
            if (folder is not null)
            {
                var path = Folder.Normalize(folder) ?? throw new TrainyardException(ErrorCode.ConfigInvalid, [Folder.Problem("folder")]);
                var below = path + "/";
                // Not StartsWith: in SQLite that minds no case.
                experiments = path.Length == 0 ? experiments : experiments.Where(one => one.Folder == path || one.Folder.Substring(0, below.Length) == below);
            }
            if (Cursor.Parse(cursor, "created_at") is { } after)
            {
                var (time, id) = (after.Time, after.Id);
                experiments = experiments.Where(one => one.CreatedAt < time || (one.CreatedAt == time && string.Compare(one.Id, id) < 0));
            }
            var rows = await experiments.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id).Take(most + 1).ToListAsync(token);
            var page = rows.Take(most).ToList();
            var views = await ViewsAsync(db, page, token);
            return new Page<ExperimentView>(views, rows.Count > most ? Cursor.At("created_at", page[^1].CreatedAt, page[^1].Id).ToString() : null);
        }, cancellationToken));

    private static async Task<Created<ExperimentView>> CreateAsync(ExperimentFields asked, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. asked.Problems(), .. asked is { ExperimentId: null, Name: null } ? [new Problem("name", "must have 1 to 256 characters")] : Array.Empty<Problem>()]);
        var view = await database.WriteAsync(async (db, token) =>
        {
            var id = asked.ExperimentId ?? Identifier.Create("exp");
            if (await db.Experiments.AnyAsync(one => one.Id == id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"There is an experiment '{id}' already.");
            }
            var experiment = new Experiment { Id = id, Name = id, CreatedAt = clock.GetUtcNow() };
            asked.ApplyTo(experiment);
            db.Experiments.Add(experiment);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken);
        return TypedResults.Created($"/api/experiments/{view.ExperimentId}", view);
    }

    private static async Task<Ok<ExperimentView>> UpdateAsync(string experimentId, ExperimentFields asked, Database database, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. asked.Problems(), .. asked.ExperimentId is null || asked.ExperimentId == experimentId ? Array.Empty<Problem>() : [new("experiment_id", "can't be changed")]]);
        return TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var experiment = await db.HeldAsync(experimentId, token);
            asked.ApplyTo(experiment);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken));
    }

    private static async Task<Ok<FolderView>> FoldersAsync(Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(Folder.Tree(await database.ReadAsync((db, token) => db.Experiments
            .Where(one => one.DeletedAt == null)
            .GroupBy(one => one.Folder)
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
            var (experiment, now) = (await db.HeldAsync(experimentId, token), clock.GetUtcNow());
            foreach (var removal in removals)
            {
                await removal.RequireUnusedAsync(db, experiment.Id, token);
            }
            var own = db.Runs.Where(run => run.ExperimentId == experiment.Id && run.DeletedAt == null);
            if (runs is true)
            {
                await own.Where(run => !run.Locked && !(run.Kind == RunKind.Own && run.Status == RunStatus.Running))
                    .ExecuteUpdateAsync(run => run.SetProperty(row => row.DeletedAt, now), token);
            }
            if (await own.CountAsync(token) is > 0 and var left)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, runs is true
                    ? $"Experiment {experiment.Id} has runs that are locked or training: {left}."
                    : $"Experiment {experiment.Id} has {left} runs. Move them, or delete them with it (runs=true).");
            }
            (experiment.DeletedAt, experiment.RunsDeletedAt) = (now, now);
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ExperimentView>> RestoreAsync(string experimentId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.WriteAsync(async (db, token) =>
        {
            var experiment = Identifier.IsValid(experimentId) ? await db.LockExperiment(experimentId).SingleOrDefaultAsync(token) : null;
            // An event of a run that was at work may have brought the experiment back meanwhile, without those that were deleted with it.
            if (experiment is not { RunsDeletedAt: { } at })
            {
                throw RunLookup.NoExperiment(experimentId);
            }
            await db.Runs.Where(run => run.ExperimentId == experimentId && run.DeletedAt == at && !run.Removing)
                .ExecuteUpdateAsync(run => run.SetProperty(row => row.DeletedAt, (DateTimeOffset?)null), token);
            (experiment.DeletedAt, experiment.RunsDeletedAt) = (null, null);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken));

    private static async Task<Ok<ExperimentView>> GetAsync(string experimentId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) => (await ViewsAsync(db, [await db.ExperimentAsync(experimentId, token)], token))[0], cancellationToken));

    private static async Task<Ok<Page<RunSummary>>> TrialsAsync(
        string experimentId, [AsParameters] RunQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            await db.ExperimentAsync(experimentId, token);
            return await (query with { ExperimentId = experimentId }).RunAsync(db, token);
        }, cancellationToken));

    public static async Task<Experiment> ExperimentAsync(this StoreContext db, string id, CancellationToken cancellationToken) =>
        Identifier.IsValid(id) && await db.Experiments.SingleOrDefaultAsync(one => one.Id == id && one.DeletedAt == null, cancellationToken) is { } found ? found : throw RunLookup.NoExperiment(id);

    private static async Task<Experiment> HeldAsync(this StoreContext db, string id, CancellationToken cancellationToken) =>
        Identifier.IsValid(id) && await db.LockExperiment(id).SingleOrDefaultAsync(cancellationToken) is { DeletedAt: null } found ? found
            : throw RunLookup.NoExperiment(id);

    private static async Task<List<ExperimentView>> ViewsAsync(StoreContext db, List<Experiment> experiments, CancellationToken cancellationToken)
    {
        var ids = experiments.Select(one => one.Id).ToList();
        var counts = (await db.Runs
            .Where(run => run.ExperimentId != null && ids.Contains(run.ExperimentId) && run.DeletedAt == null)
            .GroupBy(run => new { run.ExperimentId, run.Status })
            .Select(group => new { group.Key.ExperimentId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken)).ToLookup(one => one.ExperimentId);
        return [.. experiments.Select(one => new ExperimentView(
            one.Id, one.Name, one.Description, one.Folder, one.Notes, new(one.Tags ?? "{}"), StoredJson.Of(one.SearchSpace), one.CreatedAt, one.DeletedAt,
            counts[one.Id].ToDictionary(count => count.Status.Name(), count => count.Count, StringComparer.Ordinal)))];
    }
}
