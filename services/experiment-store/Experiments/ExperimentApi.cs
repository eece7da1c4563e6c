using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Experiments;

internal sealed record NewExperiment(string? ExperimentId, string? Name, string? Description, StoredJson? SearchSpace);

internal sealed record ExperimentView(
    string ExperimentId, string Name, string? Description, StoredJson? SearchSpace, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, int> Runs);

internal static class ExperimentApi
{
    public static void MapExperiments(this IEndpointRouteBuilder endpoints)
    {
        var experiments = endpoints.MapGroup("/experiments").WithTags("Experiments");
        experiments.MapGet("", ListAsync).WithName("ListExperiments").WithSummary("Experiments, newest first, with how many runs are in which status");
        experiments.MapPost("", CreateAsync).WithName("CreateExperiment").WithSummary("Create an experiment").WithMetadata(new RequestSizeLimitAttribute(2_000_000));
        experiments.MapGet("/{experimentId}", GetAsync).WithName("GetExperiment").WithSummary("One experiment");
        experiments.MapGet("/{experimentId}/trials", TrialsAsync).WithName("ListTrials").WithSummary("The runs of an experiment");
    }

    private static async Task<Ok<Page<ExperimentView>>> ListAsync(
        [FromQuery(Name = "limit")] int? limit, [FromQuery(Name = "cursor")] string? cursor, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var most = Refusal.Limit(limit, 50, 1000);
            var experiments = db.Experiments.AsQueryable();
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

    private static async Task<Created<ExperimentView>> CreateAsync(NewExperiment asked, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        Refusal.ThrowIfAny([.. Problems(asked)]);
        var view = await database.WriteAsync(async (db, token) =>
        {
            var id = asked.ExperimentId ?? Identifier.Create("exp");
            if (await db.Experiments.AnyAsync(one => one.Id == id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"There is an experiment '{id}' already.");
            }
            var experiment = new Experiment
            {
                Id = id,
                Name = StorableText.Clean(asked.Name ?? id, 256),
                Description = StorableText.CleanOrNull(asked.Description, 65_536),
                SearchSpace = asked.SearchSpace?.Text,
                CreatedAt = clock.GetUtcNow(),
            };
            db.Experiments.Add(experiment);
            return (await ViewsAsync(db, [experiment], token))[0];
        }, cancellationToken);
        return TypedResults.Created($"/api/experiments/{view.ExperimentId}", view);
    }

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
        Identifier.IsValid(id) && await db.Experiments.SingleOrDefaultAsync(one => one.Id == id, cancellationToken) is { } found ? found : throw Refusal.NoExperiment(id);

    private static async Task<List<ExperimentView>> ViewsAsync(StoreContext db, List<Experiment> experiments, CancellationToken cancellationToken)
    {
        var ids = experiments.Select(one => one.Id).ToList();
        var counts = (await db.Runs
            .Where(run => run.ExperimentId != null && ids.Contains(run.ExperimentId) && run.DeletedAt == null)
            .GroupBy(run => new { run.ExperimentId, run.Status })
            .Select(group => new { group.Key.ExperimentId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken)).ToLookup(one => one.ExperimentId);
        return [.. experiments.Select(one => new ExperimentView(
            one.Id, one.Name, one.Description, StoredJson.Of(one.SearchSpace), one.CreatedAt,
            counts[one.Id].ToDictionary(count => RunLife.Name(count.Status), count => count.Count, StringComparer.Ordinal)))];
    }

    private static IEnumerable<Problem> Problems(NewExperiment asked)
    {
        if (asked.ExperimentId is not null && !Identifier.IsValid(asked.ExperimentId))
        {
            yield return new("experiment_id", Identifier.Rule);
        }
        if (asked is { ExperimentId: null, Name: null } or { Name: { Length: 0 or > 256 } })
        {
            yield return new("name", "must have 1 to 256 characters");
        }
        if (asked.Description is { Length: > 65_536 })
        {
            yield return new("description", "must have at most 65536 characters");
        }
    }
}
