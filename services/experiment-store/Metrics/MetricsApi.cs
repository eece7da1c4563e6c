using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Idempotency;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Metrics;

/// <summary>Values logged together.</summary>
/// <param name="Step">The step, from 0 to 2^53; each series' next one when left out.</param>
/// <param name="Metrics">Name to value; "NaN", "Infinity" and "-Infinity" are values too.</param>
/// <param name="Timestamp">When they were measured; when they arrive, if left out.</param>
internal sealed record MetricsEntry(long? Step, IReadOnlyDictionary<string, double> Metrics, DateTimeOffset? Timestamp);

internal sealed record MetricsAccepted(int Stored, int Repeated);

/// <summary>The summary of a series' clean curve. NaN and infinities are no extremes; they are counted apart.</summary>
internal sealed record SeriesLatest(
    string Name, long Step, double Value, DateTimeOffset Time, double? Min, long? MinStep, double? Max, long? MaxStep,
    long Count, long NanCount, long InfiniteCount);

/// <summary>A page of a run's series, by name.</summary>
internal sealed record LatestMetrics(string RunId, IReadOnlyList<SeriesLatest> Series, string? NextCursor);

internal static class MetricsApi
{
    private const string HistoryExample = """
        {"run_id":"abc-123","series":[{"name":"train_loss","count":2,"summarised":false,"points":[
          {"step":1,"time":"2026-01-05T12:34:56Z","value":2.31},{"step":2,"time":"2026-01-05T12:34:57Z","value":"NaN"}]},
          {"name":"val_loss","count":9000000,"summarised":true,"buckets":[{"from_step":0,"to_step":65535,"time":"2026-01-05T12:34:57Z",
          "min":1.9,"max":10.8,"mean":3.2,"last":2.0,"count":65536,"nan_count":1,"infinite_count":0}]}],"total_series":2}
        """;

    private const int MostEntries = 50_000;

    public static RouteGroupBuilder MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var metrics = endpoints.MapGroup("/runs/{runId}/metrics").WithTags("Metrics");
        metrics.MapPost("", LogAsync).WithName("LogMetrics").WithSummary("Log values: one entry, or a list of them")
            .AddOpenApiOperationTransformer(MetricsBody.DescribeAsync)
            .WithRequestExample("""[{"step":1,"metrics":{"train_loss":2.31,"val_accuracy":"NaN"},"timestamp":"2026-01-05T12:34:56Z"}]""")
            .WithErrors(ErrorCode.IdempotencyKeyReused, ErrorCode.IllegalTransition)
            .WithResponseExample("""{"stored":1,"repeated":0}""").WithMetadata(new RequestSizeLimitAttribute(32_000_000));
        metrics.MapGet("", HistoryAsync).WithName("GetMetricHistory").WithSummary("Curves, summarised when they have more points than asked for")
            .WithResponseExample(HistoryExample);
        metrics.MapGet("/latest", LatestAsync).WithName("GetLatestMetrics").WithSummary("Last value, extremes and counts of series, page by page in the order of their names")
            .WithResponseExample("""
                {"run_id":"abc-123","series":[{"name":"train_loss","step":900,"value":2.0,"time":"2026-01-05T12:34:56Z","min":1.9,"min_step":850,"max":10.8,
                "max_step":1,"count":900,"nan_count":0,"infinite_count":0}],"next_cursor":null}
                """);

        var several = endpoints.MapGroup("/metrics").WithTags("Metrics").WithErrors(ErrorCode.RunNotFound);
        several.MapGet("", ([AsParameters] HistoriesQuery query, Database database, CancellationToken cancellationToken) => HistoriesAsync(query, database, cancellationToken))
            .WithName("GetMetricHistories").WithSummary("Curves of several runs at once, to be drawn together")
            .WithResponseExample($$"""{"runs":[{{HistoryExample}}]}""");
        several.MapPost("/query", (HistoriesWanted wanted, Database database, CancellationToken cancellationToken) => HistoriesAsync(wanted, database, cancellationToken))
            .WithName("QueryMetricHistories").WithSummary("The same for lists too long for an address")
            .WithRequestExample("""{"runs":["abc-123","abc-124"],"keys":["train_loss","val_loss"],"from_step":0,"to_step":100000,"max_points":500}""")
            .WithResponseExample($$"""{"runs":[{{HistoryExample}}]}""");
        return metrics;
    }

    private static async Task<Ok<MetricsAccepted>> LogAsync(
        string runId, MetricsBody body, [FromHeader(Name = "Idempotency-Key")] string? key,
        HttpContext http, Database database, IEventStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var entries = body.Entries;
        Refusal.ThrowIfAny([.. Problems(entries, key)]);
        if (entries.SelectMany(entry => entry.Metrics.Keys).FirstOrDefault(Speaking.IsTheTrainers) is { } series)
        {
            var why = $"only its trainer writes the series '{series}'";
            await database.ReadAsync((db, token) => db.RequireOutsideRunAsync(runId, why, token, orDeleted: true), cancellationToken);
        }
        else
        {
            await database.ReadAsync((db, token) => db.RequireRunAsync(runId, token, orDeleted: true), cancellationToken);
        }
        var now = clock.GetUtcNow();
        var events = entries.Select(entry => new MetricsLogged
        {
            EventId = Guid.CreateVersion7(now),
            RunId = runId,
            Time = entry.Timestamp ?? now,
            Step = entry.Step,
            Measurements = entry.Metrics,
        }).ToList();
        var request = new AcceptedRequest(key, http.TraceIdentifier, events)
        {
            Sender = new EventSender(Caller.Of(http).Id),
            Address = $"metrics/{runId}",
            BodyHash = key is null ? null : IdempotencyKey.HashOf(JsonSerializer.SerializeToUtf8Bytes(entries, WireJson.Options)),
        };
        var stored = await store.StoreAsync(new(Guid.CreateVersion7(now), now, [request]), cancellationToken);
        var outcome = stored.Outcomes[0];
        return outcome.KeyReused
            ? throw IdempotencyKey.Reused(key)
            : TypedResults.Ok(new MetricsAccepted(entries.Count - outcome.Repeated, outcome.Repeated));
    }

    private static IEnumerable<Problem> Problems(IReadOnlyList<MetricsEntry> entries, string? key)
    {
        if (entries.Count is 0 or > MostEntries)
        {
            yield return new("$", $"must be an entry or a list of 1 to {MostEntries} of them, not {entries.Count}");
        }
        if (key is { Length: 0 or > 1024 })
        {
            yield return new("Idempotency-Key", "must have 1 to 1024 characters");
        }
        for (var index = 0; index < entries.Count; index++)
        {
            if (entries[index] is not { Metrics.Count: > 0 } entry)
            {
                yield return new($"[{index}].metrics", "must have at least one value");
            }
            else if (entry.Metrics.Keys.FirstOrDefault(name => !PointWriter.IsName(name)) is not null)
            {
                yield return new($"[{index}].metrics", $"must have names of 1 to {PointWriter.MostNameCharacters} characters");
            }
            else if (entry.Step is { } step && !WholeNumber.IsStep(step))
            {
                yield return new($"[{index}].step", $"{WholeNumber.StepRule}, not {step}");
            }
        }
    }

    private static async Task<Ok<MetricHistory>> HistoryAsync(string runId, [AsParameters] HistoryQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<LatestMetrics>> LatestAsync(string runId, [AsParameters] LatestQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.RunAsync(db, runId, token), cancellationToken));

    private static async Task<Ok<Histories>> HistoriesAsync([AsParameters] HistoriesQuery query, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync((db, token) => query.Wanted().RunAsync(db, token), cancellationToken));

    private static async Task<Ok<Histories>> HistoriesAsync(HistoriesWanted wanted, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(wanted.RunAsync, cancellationToken));

    /// <param name="db">The database.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="orDeleted">Whether one will do that is deleted and can be restored: it keeps what it reports.</param>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND.</exception>
    public static async Task<bool> RequireRunAsync(
        this StoreContext db, string runId, CancellationToken cancellationToken, bool orDeleted = false) =>
        Identifier.IsValid(runId)
            && await db.Runs.AnyAsync(run => run.Id == runId && (run.DeletedAt == null || orDeleted) && !run.Removing, cancellationToken)
            ? true
            : throw Refusal.NoRun(runId);

    /// <summary>A run whose own program speaks for it over HTTP.</summary>
    /// <exception cref="TrainyardException">RUN_NOT_FOUND, or ILLEGAL_TRANSITION for one that our trainer trains.</exception>
    public static async Task<bool> RequireOutsideRunAsync(
        this StoreContext db, string runId, string why, CancellationToken cancellationToken, bool orDeleted = false)
    {
        await db.RequireRunAsync(runId, cancellationToken, orDeleted);
        return await db.Runs.AnyAsync(run => run.Id == runId && run.Kind == RunKind.External, cancellationToken)
            ? true
            : throw new TrainyardException(ErrorCode.IllegalTransition, $"Run {runId} is trained by Trainyard: {why}.");
    }
}
