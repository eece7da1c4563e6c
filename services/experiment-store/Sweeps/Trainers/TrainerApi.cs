using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.Webhooks;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

/// <summary>A program that trains the trials of sweeps.</summary>
internal sealed record NewTrainer(string? Name, string? Url, string? Secret);

/// <summary>A trainer and its number of undelivered orders. The secret is never returned.</summary>
internal sealed record TrainerView(string Name, string Url, DateTimeOffset CreatedAt, int Waiting, string? LastError);

internal static class TrainerApi
{
    private const int MaxTrainers = 1000;
    private const string Example = """
        {"name":"gpu-box","url":"https://gpu.example/train","created_at":"2026-03-04T12:00:00Z","waiting":0,"last_error":null}
        """;

    public static void MapTrainers(this IEndpointRouteBuilder endpoints)
    {
        var trainers = endpoints.MapGroup("/trainers").WithTags("Sweeps").WithMetadata(new RequestSizeLimitAttribute(100_000))
            .WithErrors(ErrorCode.IllegalTransition);
        trainers.MapGet("", ListAsync).WithName("ListTrainers").WithSummary("Registered trainers by name")
            .WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        trainers.MapPost("", CreateAsync).WithName("CreateTrainer").WithSummary("Register a program that receives trials over HTTP")
            .WithRequestExample("""{"name":"gpu-box","url":"https://gpu.example/train","secret":"at least sixteen characters"}""")
            .WithResponseExample(Example, StatusCodes.Status201Created);
        trainers.MapGet("/{name}", GetAsync).WithName("GetTrainer").WithSummary("One trainer").WithResponseExample(Example);
        trainers.MapDelete("/{name}", DeleteAsync).WithName("DeleteTrainer").WithSummary("Delete a trainer that no open sweep uses");
    }

    private static async Task<Ok<Page<TrainerView>>> ListAsync(Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
            new Page<TrainerView>(await Views(db, db.Trainers).ToListAsync(token), null), cancellationToken));

    private static async Task<Ok<TrainerView>> GetAsync(string name, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var id = StorableText.Clean(name, Identifier.MaxLength + 1);
            return await Views(db, db.Trainers.Where(trainer => trainer.Name == id)).SingleOrDefaultAsync(token) ?? throw NoTrainer(name);
        }, cancellationToken));

    private static async Task<Created<TrainerView>> CreateAsync(
        NewTrainer request, Database database, SealedSecrets secrets, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. Problems(request)]);
        var trainer = new Trainer
        {
            Name = request.Name ?? "",
            Url = request.Url ?? "",
            Secret = secrets.Seal(request.Secret ?? ""),
            CreatedAt = clock.GetUtcNow(),
        };
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.Trainers.AnyAsync(existing => existing.Name == trainer.Name, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Trainer '{trainer.Name}' already exists. Delete it first.");
            }
            if (await db.Trainers.CountAsync(token) >= MaxTrainers)
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid, $"There are {MaxTrainers} trainers already. Delete one first.");
            }
            db.Trainers.Add(trainer);
        }, cancellationToken);
        return TypedResults.Created($"/api/trainers/{trainer.Name}",
            new TrainerView(trainer.Name, trainer.Url, trainer.CreatedAt, 0, null));
    }

    private static async Task<NoContent> DeleteAsync(string name, Database database, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var id = StorableText.Clean(name, Identifier.MaxLength + 1);
            var trainer = await db.Trainers.SingleOrDefaultAsync(row => row.Name == id, token) ?? throw NoTrainer(name);
            if (await db.Sweeps.Where(sweep => sweep.Trainer == id
                && (sweep.State == SweepState.Running || sweep.State == SweepState.Paused))
                .Select(sweep => sweep.ExperimentId).Order().FirstOrDefaultAsync(token) is { } experiment)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"The sweep of experiment '{experiment}' uses trainer '{id}'. Stop it first.");
            }
            db.Trainers.Remove(trainer);
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<TrainerView> Views(StoreContext db, IQueryable<Trainer> trainers) =>
        trainers.OrderBy(trainer => trainer.Name).Select(trainer => new TrainerView(
        trainer.Name, trainer.Url, trainer.CreatedAt,
        db.Set<Delivery>().Count(order => order.Trainer == trainer.Name && order.TakenAt == null),
        db.Set<Delivery>().Where(order => order.Trainer == trainer.Name && order.LastError != null)
            .OrderByDescending(order => order.DueAt).Select(order => order.LastError).FirstOrDefault()));

    private static IEnumerable<Problem> Problems(NewTrainer request)
    {
        if (request.Name is null || !Identifier.IsValid(request.Name))
        {
            yield return new("name", Identifier.Rule);
        }
        else if (request.Name is Sweep.Own or Sweep.External)
        {
            yield return new("name", $"must not be '{request.Name}': that name is reserved");
        }
        if (!WebAddress.IsValid(request.Url))
        {
            yield return new("url", WebAddress.Rule);
        }
        if (request.Secret is not { Length: >= 16 and <= 256 } || !StorableText.IsClean(request.Secret))
        {
            yield return new("secret", "must have 16 to 256 characters");
        }
    }

    private static TrainyardException NoTrainer(string name) =>
        new(ErrorCode.DataNotFound, $"There is no trainer '{StorableText.Clean(name, 128)}'.");
}
