using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;
using Trainyard.EventIngest.External;
using Trainyard.EventIngest.Groups;
using Trainyard.EventIngest.Telemetry;
using Trainyard.ServiceDefaults.Bodies;
using Trainyard.ServiceDefaults.Idempotency;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.EventIngest;

/// <summary>The response to a request whose events are durable.</summary>
/// <param name="Accepted">Number of events in the request, all of them accepted.</param>
/// <param name="Repeated">Number of events that had been stored before, so that they changed nothing; null if not known yet.</param>
public sealed record EventsAccepted(int Accepted, int? Repeated);

internal static class EventsApi
{
    private const string Address = "events";
    private const int MaxKeyLength = 256;

    public static RouteGroupBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        var limits = routes.ServiceProvider.GetRequiredService<IOptions<IngestOptions>>().Value;
        var group = routes.MapGroup("/api/events").WithTags("Events");
        group.MapPost("/ml", AcceptAsync)
            .WithName("PostEvents")
            .WithSummary("Post one event, a JSON array of events, or one event per line (NDJSON), optionally compressed with gzip or zstd. "
                + "Responds once the events are durable.")
            .WithMetadata(new BodyLimit(limits.MaxBodyBytes, "INGEST__MAX_BODY_BYTES"), new ReadsItsBody())
            .AddOpenApiOperationTransformer(EventSchema.DescribeAsync)
            .WithErrors(ErrorCode.EventInvalid, ErrorCode.PayloadTooLarge, ErrorCode.IdempotencyKeyReused, ErrorCode.OutcomeUnknown)
            .WithRequestExample(
                """
                {
                  "event": "ml.run.metric",
                  "trial_id": "abc-123",
                  "measurements": {"train_loss": 0.123, "val_accuracy": 0.891},
                  "metadata": {"epoch": 10}
                }
                """)
            .WithResponseExample("""{"accepted":1,"repeated":0}""", StatusCodes.Status202Accepted);
        return group;
    }

    private static async Task<Results<Accepted<EventsAccepted>, ProblemHttpResult>> AcceptAsync(
        HttpContext http, BodyReader bodies, ByteBudget budget, EventReader reader, GroupCommit groups, IngestTelemetry telemetry)
    {
        try
        {
            if (BodyReader.FormatOf(http.Request) is not { } format)
            {
                return Unsupported(http, HeaderNames.Accept, "application/json, application/x-ndjson",
                    "Content-Type must be application/json or application/x-ndjson, in UTF-8.");
            }
            if (!BodyReader.Decodes(http.Request))
            {
                return Unsupported(http, HeaderNames.AcceptEncoding, "gzip, zstd", "Content-Encoding must be gzip or zstd, or absent.");
            }
            var key = KeyOf(http.Request);
            using var share = budget.Open(SenderOf(http));
            var (request, weight) = await ReadAsync(http, key, format, bodies, share, reader);
            var outcome = await groups.CommitAsync(request, weight, share, http.RequestAborted);
            return outcome is { KeyReused: true }
                ? throw IdempotencyKey.Reused(key)
                : TypedResults.Accepted((string?)null, new EventsAccepted(request.Events.Count, outcome?.Repeated));
        }
        catch (TrainyardException refused)
        {
            telemetry.Rejected(refused.Code);
            throw;
        }
    }

    private static async Task<(AcceptedRequest Request, long Weight)> ReadAsync(
        HttpContext http, string? key, BodyFormat format, BodyReader bodies, ByteBudget.Share share, EventReader reader)
    {
        using var body = await bodies.ReadAsync(http.Request, share, http.RequestAborted);
        var caller = Caller.Of(http);
        var request = new AcceptedRequest(key, http.TraceIdentifier, reader.Read(body.Bytes, format, caller, share))
        {
            Sender = new EventSender(caller.Id),
            Address = Address,
            BodyHash = key is null ? null : IdempotencyKey.HashOf(body.Bytes.Span),
        };
        return (request, MessageSize.Estimate(request.Events.Count, body.Bytes.Length));
    }

    private static string? KeyOf(HttpRequest request)
    {
        var given = request.Headers[IdempotencyKey.Header];
        if (given.Count == 0)
        {
            return null;
        }
        var key = given is [{ } only] ? only : "";
        return IdempotencyKey.ProblemWith(key, MaxKeyLength) is { } problem
            ? throw new TrainyardException(ErrorCode.EventInvalid, [problem])
            : key;
    }

    /// <summary>The sender whose memory budget is charged: the API key's id, or the client address without keys.</summary>
    private static string SenderOf(HttpContext http) =>
        Caller.Of(http) is var caller && caller != Caller.Anybody ? caller.Id
        : http.Request.Headers["X-Forwarded-For"] is [.., { Length: > 0 and <= 64 } client] ? client
        : http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static ProblemHttpResult Unsupported(HttpContext http, string header, string accepted, string reason)
    {
        http.Response.Headers[header] = accepted;
        return TypedResults.Problem(
            reason, statusCode: StatusCodes.Status415UnsupportedMediaType, extensions: [new("code", ErrorCode.EventInvalid)]);
    }
}
