using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ExperimentStore.Webhooks;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.ExperimentStore.Sweeps.Trainers;

internal sealed record NewTrainer(string? Name, string? Url, string? Secret);

/// <summary>A trainer, and how many orders are on their way to it. Its secret is never shown.</summary>
internal sealed record TrainerView(string Name, string Url, DateTimeOffset CreatedAt, int Waiting, string? LastError);

internal static class TrainerApi
{
    private const int MaxTrainers = 1000;
    private const string Example = """{"name":"gpu-box","url":"https://gpu.example/train","created_at":"2026-03-04T12:00:00Z","waiting":0,"last_error":null}""";

    public static void MapTrainers(this IEndpointRouteBuilder endpoints)
    {
        var trainers = endpoints.MapGroup("/trainers").WithTags("Sweeps").WithMetadata(new RequestSizeLimitAttribute(100_000))
            .WithErrors(ErrorCode.IllegalTransition);
        trainers.MapGet("", ListAsync).WithName("ListTrainers").WithSummary("Registered trainers by name").WithResponseExample($$"""{"items":[{{Example}}],"next_cursor":null}""");
        trainers.MapPost("", CreateAsync).WithName("CreateTrainer").WithSummary("Register a program that trains what it is told to over HTTP")
            .WithRequestExample("""{"name":"gpu-box","url":"https://gpu.example/train","secret":"at least sixteen characters"}""")
            .WithResponseExample(Example, StatusCodes.Status201Created);
        trainers.MapGet("/{name}", GetAsync).WithName("GetTrainer").WithSummary("One trainer").WithResponseExample(Example);
        trainers.MapDelete("/{name}", DeleteAsync).WithName("DeleteTrainer").WithSummary("Forget a trainer no sweep uses any more");
    }

    private static async Task<Ok<Page<TrainerView>>> ListAsync(Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) => new Page<TrainerView>(await Views(db, db.Trainers).ToListAsync(token), null), cancellationToken));

    private static async Task<Ok<TrainerView>> GetAsync(string name, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var id = StorableText.Clean(name, Identifier.MaxLength + 1);
            return await Views(db, db.Trainers.Where(trainer => trainer.Name == id)).SingleOrDefaultAsync(token) ?? throw NoTrainer(name);
        }, cancellationToken));

    private static async Task<Created<TrainerView>> CreateAsync(
        NewTrainer asked, Database database, SealedSecrets secrets, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny([.. Problems(asked)]);
        var trainer = new Trainer
        {
            Name = asked.Name ?? "",
            Url = asked.Url ?? "",
            Secret = secrets.Seal(asked.Secret ?? ""),
            CreatedAt = clock.GetUtcNow(),
        };
        await database.WriteAsync(async (db, token) =>
        {
            if (await db.Trainers.AnyAsync(one => one.Name == trainer.Name, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"There is a trainer '{trainer.Name}' already. Delete it first.");
            }
            if (await db.Trainers.CountAsync(token) >= MaxTrainers)
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid, $"There are {MaxTrainers} trainers already.");
            }
            db.Trainers.Add(trainer);
        }, cancellationToken);
        return TypedResults.Created($"/api/trainers/{trainer.Name}", new TrainerView(trainer.Name, trainer.Url, trainer.CreatedAt, 0, null));
    }

    private static async Task<NoContent> DeleteAsync(string name, Database database, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async (db, token) =>
        {
            var id = StorableText.Clean(name, Identifier.MaxLength + 1);
            var trainer = await db.Trainers.SingleOrDefaultAsync(one => one.Name == id, token) ?? throw NoTrainer(name);
            if (await db.Sweeps.Where(one => one.Trainer == id && (one.State == SweepState.Running || one.State == SweepState.Paused))
                .Select(one => one.ExperimentId).FirstOrDefaultAsync(token) is { } experiment)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"The sweep of experiment '{experiment}' uses trainer '{id}'. Stop it first.");
            }
            db.Trainers.Remove(trainer);
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<TrainerView> Views(StoreContext db, IQueryable<Trainer> trainers) => trainers.OrderBy(trainer => trainer.Name).Select(trainer => new TrainerView(
        trainer.Name, trainer.Url, trainer.CreatedAt,
        db.Set<Delivery>().Count(order => order.Trainer == trainer.Name && order.TakenAt == null),
        db.Set<Delivery>().Where(order => order.Trainer == trainer.Name && order.LastError != null).OrderByDescending(order => order.DueAt).Select(order => order.LastError).FirstOrDefault()));

    private static IEnumerable<Problem> Problems(NewTrainer asked)
    {
        if (asked.Name is null || !Identifier.IsValid(asked.Name))
        {
            yield return new("name", Identifier.Rule);
        }
        else if (asked.Name is Sweep.Own or Sweep.External)
        {
            yield return new("name", $"must not be '{asked.Name}': that has a meaning of its own");
        }
        if (!WebAddress.IsValid(asked.Url))
        {
            yield return new("url", WebAddress.Rule);
        }
        if (asked.Secret is not { Length: >= 16 and <= 256 } || !StorableText.IsClean(asked.Secret))
        {
            yield return new("secret", "must have 16 to 256 characters");
        }
    }

    private static TrainyardException NoTrainer(string name) => new(ErrorCode.DataNotFound, $"There is no trainer '{StorableText.Clean(name, 128)}'.");
}
