using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.Runs;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Experiments.RunLists;

/// <summary>The fields of a run to create or change. Omitted members keep their values.</summary>
internal sealed record RunFields
{
    /// <summary>Only on creation; generated when omitted.</summary>
    [JsonConverter(typeof(IdentifierConverter))]
    public string? RunId { get; init; }

    public string? Name { get; init; }

    public RunStatus? Status { get; init; }

    public string? Message { get; init; }

    [JsonConverter(typeof(IdentifierConverter))]
    public string? ExperimentId { get; init; }

    public bool? SpectralNorm { get; init; }

    public StoredJson? Config { get; init; }

    public string? Notes { get; init; }

    /// <summary>Replaces all of its tags.</summary>
    [JsonConverter(typeof(TagsConverter))]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public IReadOnlyList<Problem> Validate()
    {
        var problems = new List<Problem>(TagLimits.Validate(Tags));
        Check("run_id", RunId is null || Identifier.IsValid(RunId), Identifier.Rule);
        Check("experiment_id", ExperimentId is null || Identifier.IsValid(ExperimentId), Identifier.Rule);
        Check("name", Name is null or { Length: > 0 and <= 256 }, "must have 1 to 256 characters");
        Check("message", Message is null or { Length: <= 4096 }, "must have at most 4096 characters");
        Check("notes", Notes is null or { Length: <= 65_536 }, "must have at most 65536 characters");
        Check("config", Config is null || Config.Text.Length <= 1_000_000, "must be at most 1 MB");
        return problems;

        void Check(string field, bool holds, string message)
        {
            if (!holds)
            {
                problems.Add(new(field, message));
            }
        }
    }
}

/// <summary>A run that was created.</summary>
/// <param name="Id">Its id, as <paramref name="RunId"/>.</param>
/// <param name="RunId">Its id.</param>
/// <param name="Status">Its status.</param>
internal sealed record RunCreated(string Id, string RunId, RunStatus Status);

internal static class RunApi
{
    private const int MetricsInDetail = 500;

    public const string ListExample = """
        {"items":[{"run_id":"abc-123","name":"gpt2 small","kind":"external","status":"completed","message":null,"experiment_id":"exp-1",
          "source":null,"spectral_norm":true,"created_at":"2026-03-04T12:00:00Z","started_at":"2026-03-04T12:00:00Z",
          "ended_at":"2026-03-04T13:00:00Z","updated_at":"2026-03-04T13:00:00Z","last_heartbeat":"2026-03-04T13:00:00Z","attempt":1,
          "progress":{"step":1000,"total_steps":1000,"fraction":1,"epochs":null},"eta_seconds":null,"error_kind":null,"error_code":null,
          "tags":{"team":"nlp"},"pinned":false,"locked":false,"deleted_at":null,"metrics":{"val_loss":1.82},"params":{"lr":"0.001"}}],
         "next_cursor":null}
        """;

    public static RouteGroupBuilder MapRuns(this IEndpointRouteBuilder endpoints)
    {
        var runs = endpoints.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("", ListAsync).WithName("ListRuns")
            .WithSummary("Runs that match a filter, in any order, page by page, with chosen metrics and parameters")
            .WithResponseExample(ListExample);
        runs.MapPost("", CreateAsync).WithName("CreateRun").WithSummary("Create a run for an external job")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithErrors(ErrorCode.IllegalTransition)
            .WithRequestExample("""
                {"run_id":"abc-123","name":"gpt2 small","experiment_id":"exp-1","config":{"lr":0.001},"tags":{"team":"nlp"}}
                """)
            .WithResponseExample("""{"id":"abc-123","run_id":"abc-123","status":"running"}""", StatusCodes.Status201Created);
        runs.MapGet("/{runId}", GetAsync).WithName("GetRun").WithSummary("Status, progress, latest metrics, config and attempts of a run")
            .WithResponseExample(RunDetail.Example);
        runs.MapPut("/{runId}", UpdateAsync).WithName("UpdateRun").WithSummary("Change a run's name, status, notes, tags or config")
            .WithMetadata(new RequestSizeLimitAttribute(2_000_000))
            .WithErrors(ErrorCode.IllegalTransition)
            .WithRequestExample("""{"name":"gpt2 small, second try","notes":"with more dropout"}""")
            .WithResponseExample(RunDetail.Example);
        runs.MapDelete("/{runId}", DeleteAsync).WithName("DeleteRun")
            .WithSummary("Delete a run and its data; it can be restored for a week, unless permanent=true")
            .WithErrors(ErrorCode.IllegalTransition);
        return runs;
    }

    private static async Task<Ok<Page<RunSummary>>> ListAsync(
        [AsParameters] RunQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(query.RunAsync, cancellationToken));

    private static async Task<Created<RunCreated>> CreateAsync(
        RunFields fields, HttpContext http, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        TrainyardException.ThrowIfAny(fields.Validate());
        var caller = Caller.Of(http);
        var id = fields.RunId ?? caller.NewRunId();
        caller.RequireRun(id);
        caller.RequireExperiment(fields.ExperimentId);
        fields = fields with { ExperimentId = fields.ExperimentId ?? caller.Experiment };
        var created = await database.WriteAsync(async (db, token) =>
        {
            var now = clock.GetUtcNow();
            if (await db.Runs.AnyAsync(existing => existing.Id == id, token))
            {
                throw new TrainyardException(ErrorCode.IllegalTransition, $"Run '{id}' already exists.");
            }
            var run = new Run
            {
                Id = id,
                Name = id,
                Kind = RunKind.External,
                Status = fields.Status ?? RunStatus.Running,
                CreatedAt = now,
                UpdatedAt = now,
                StartedAt = fields.Status is RunStatus.Queued ? null : now,
                EndedAt = fields.Status is { } status && RunLife.IsOver(status) ? now : null,
                LastHeartbeat = now,
            };
            await run.ApplyAsync(db, fields, now, token);
            run.Add(db, now);
            return new RunCreated(id, id, run.Status);
        }, cancellationToken);
        return TypedResults.Created($"/api/runs/{created.RunId}", created);
    }

    private static async Task<Ok<RunDetail>> GetAsync(string runId, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => DetailAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<RunDetail>> UpdateAsync(
        string runId, RunFields fields, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var keepsId = fields.RunId is null || fields.RunId == runId;
        TrainyardException.ThrowIfAny([.. fields.Validate(), .. keepsId ? Array.Empty<Problem>() : [new("run_id", "can't be changed")]]);
        await database.WriteAsync(async (db, token) =>
        {
            var run = await db.RunAsync(runId, token);
            run.RequireUnlocked();
            await run.ApplyAsync(db, fields, clock.GetUtcNow(), token);
        }, cancellationToken);
        return await GetAsync(runId, database, cancellationToken);
    }

    private static async Task<NoContent> DeleteAsync(
        string runId, [FromQuery(Name = "permanent")] bool? permanent, Database database, RunRemoval removal,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (permanent is true)
        {
            await removal.RemoveAsync(runId, cancellationToken);
        }
        else
        {
            await database.WriteAsync(async (db, token) => (await db.RunAsync(runId, token)).Delete(clock.GetUtcNow()), cancellationToken);
        }
        return TypedResults.NoContent();
    }

    private static async Task ApplyAsync(
        this Run run, StoreContext db, RunFields fields, DateTimeOffset now, CancellationToken cancellationToken)
    {
        run.Name = StorableText.CleanOrNull(fields.Name, 256) ?? run.Name;
        run.Notes = StorableText.CleanOrNull(fields.Notes, 65_536) ?? run.Notes;
        // A message belongs to the status it was set with.
        run.Message = StorableText.CleanOrNull(fields.Message, 4096)
            ?? (fields.Status is { } changed && changed != run.Status ? null : run.Message);
        run.SpectralNorm = fields.SpectralNorm ?? run.SpectralNorm;
        run.UpdatedAt = now;
        if (fields.Config is { } config)
        {
            run.Config = run.Kind is RunKind.External
                ? config.Text
                : throw new TrainyardException(ErrorCode.ConfigInvalid,
                    [new("config", "can't be changed: Trainyard trains the run with it")]);
        }
        if (fields.ExperimentId is { } experimentId)
        {
            run.ExperimentId =
                await db.Experiments.AnyAsync(row => row.Id == experimentId && row.DeletedAt == null, cancellationToken)
                ? experimentId
                : throw RunLookup.NoExperiment(experimentId);
        }
        if (fields.Tags is { } tags)
        {
            var known = await db.Tags.Where(tag => tag.RunId == run.Id).ToListAsync(cancellationToken);
            db.Tags.RemoveRange(known);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Entries<RunTag>().ToList().ForEach(entry => entry.State = EntityState.Detached);
            db.Tags.AddRange(tags.Select(tag => new RunTag
            {
                RunId = run.Id,
                Name = StorableText.Clean(tag.Key, TagLimits.MaxName),
                Value = StorableText.Clean(tag.Value, TagLimits.MaxValue),
            }));
        }
        if (fields.Status is { } status && status != run.Status)
        {
            if (run.Kind is RunKind.Own)
            {
                throw new TrainyardException(ErrorCode.IllegalTransition,
                    $"Run {run.Id} is trained by Trainyard: its status follows from its training. Cancel, pause or resume it instead.");
            }
            run.Move(db, status, now);
        }
    }

    public static async Task<RunDetail> DetailAsync(StoreContext db, string runId, CancellationToken cancellationToken)
    {
        var id = StorableText.Clean(runId, Identifier.MaxLength + 1);
        var run = await db.Runs.SingleOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken)
            ?? throw RunLookup.NoRun(runId);
        var tags = await db.Tags.Where(tag => tag.RunId == id).ToListAsync(cancellationToken);
        var attempts = await db.Attempts.Where(attempt => attempt.RunId == id).OrderBy(attempt => attempt.Number)
            .ToListAsync(cancellationToken);
        var metrics = await db.Series
            .Where(series => series.RunId == id && series.LastStep != null)
            .OrderBy(series => series.Name)
            .Take(MetricsInDetail)
            .Select(series => new { series.Name, series.LastValue })
            .ToDictionaryAsync(series => series.Name, series => series.LastValue ?? double.NaN, StringComparer.Ordinal, cancellationToken);
        return RunDetail.Of(run, tags, attempts, metrics);
    }
}
