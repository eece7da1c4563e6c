using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;
using Trainyard.ServiceDefaults.Idempotency;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Events;

/// <summary>Values logged at one step.</summary>
/// <param name="Step">The step, from 0 to 2^53. Default: the next step of each series.</param>
/// <param name="Metrics">Name to value. "NaN", "Infinity" and "-Infinity" are allowed.</param>
/// <param name="Timestamp">Time of measurement. Default: time of arrival.</param>
internal sealed record MetricsEntry(
    [property: Range(0, WholeNumber.Max)] long? Step, IReadOnlyDictionary<string, double> Metrics, DateTimeOffset? Timestamp);

/// <summary>How many of the entries were stored, and how many had been stored before.</summary>
internal sealed record MetricsAccepted(int Stored, int Repeated);

internal static class LogMetricsApi
{
    private const int MaxEntries = 50_000;
    private const int MaxKeyLength = 1024;

    public static void MapLogMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/runs/{runId}/metrics", LogAsync).WithTags("Metrics").WithName("LogMetrics")
            .WithSummary("Log values: one entry or a list of entries")
            .AddOpenApiOperationTransformer(MetricsBody.DescribeAsync)
            .WithRequestExample("""[{"step":1,"metrics":{"train_loss":2.31,"val_accuracy":"NaN"},"timestamp":"2026-01-05T12:34:56Z"}]""")
            .WithErrors(ErrorCode.IdempotencyKeyReused, ErrorCode.IllegalTransition)
            .WithResponseExample("""{"stored":1,"repeated":0}""").WithMetadata(new RequestSizeLimitAttribute(32_000_000));

    private static async Task<Ok<MetricsAccepted>> LogAsync(
        string runId, MetricsBody body, [FromHeader(Name = "Idempotency-Key")] string? key,
        HttpContext http, Database database, IEventStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var entries = body.Entries;
        TrainyardException.ThrowIfAny([.. Problems(entries, key)]);
        if (entries.SelectMany(entry => entry.Metrics.Keys).FirstOrDefault(SenderRules.IsTrainerSeries) is { } series)
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
        if (entries.Count is 0 or > MaxEntries)
        {
            yield return new("$", $"must be an entry or a list of 1 to {MaxEntries} entries, not {entries.Count}");
        }
        if (key is not null && IdempotencyKey.ProblemWith(key, MaxKeyLength) is { } problem)
        {
            yield return problem;
        }
        for (var index = 0; index < entries.Count; index++)
        {
            if (entries[index] is not { Metrics.Count: > 0 } entry)
            {
                yield return new($"[{index}].metrics", "must have at least one value");
            }
            else if (entry.Metrics.Keys.FirstOrDefault(name => !PointWriter.IsName(name)) is not null)
            {
                yield return new($"[{index}].metrics", $"must have names of 1 to {PointWriter.MaxNameCharacters} characters");
            }
            else if (entry.Step is { } step && !WholeNumber.IsStep(step))
            {
                yield return new($"[{index}].step", $"{WholeNumber.StepRule}, not {step}");
            }
        }
    }
}
