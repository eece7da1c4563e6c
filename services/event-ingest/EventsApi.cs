using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Events;
using Trainyard.EventIngest.Bodies;
using Trainyard.EventIngest.External;
using Trainyard.EventIngest.Groups;
using Trainyard.EventIngest.Telemetry;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.EventIngest;

/// <summary>The answer to a request whose events are durable.</summary>
/// <param name="Accepted">How many events it held.</param>
public sealed record EventsAccepted(int Accepted);

internal static class EventsApi
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 256;

    public static RouteGroupBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        var limits = routes.ServiceProvider.GetRequiredService<IOptions<IngestOptions>>().Value;
        var group = routes.MapGroup("/api/events").WithTags("Events");
        group.MapPost("/ml", AcceptAsync)
            .WithName("PostEvents")
            .WithSummary("Takes one event, a JSON array of events, or one event a line (NDJSON); gzip and zstd bodies too. Answers once they are durable.")
            .WithMetadata(new RequestSizeLimitAttribute(limits.MaxBodyBytes))
            .AddOpenApiOperationTransformer(ExternalEvent.DescribeBodyAsync)
            .WithErrors(ErrorCode.EventInvalid)
            .WithRequestExample("""{"event":"ml.run.metric","trial_id":"abc-123","measurements":{"train_loss":0.123,"val_accuracy":0.891},"metadata":{"epoch":10}}""")
            .WithResponseExample("""{"accepted":1}""", StatusCodes.Status202Accepted);
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
            var (events, weight) = await ReadAsync(http, format, bodies, share, reader);
            await groups.CommitAsync(new AcceptedRequest(key, http.TraceIdentifier, events), weight, share, http.RequestAborted);
            return TypedResults.Accepted((string?)null, new EventsAccepted(events.Count));
        }
        catch (TrainyardException refused)
        {
            telemetry.Rejected(refused.Code);
            throw;
        }
    }

    private static async Task<(IReadOnlyList<RunEvent> Events, long Weight)> ReadAsync(
        HttpContext http, BodyFormat format, BodyReader bodies, ByteBudget.Share share, EventReader reader)
    {
        using var body = await bodies.ReadAsync(http.Request, share, http.RequestAborted);
        var events = reader.Read(body.Bytes, format, share);
        return (events, MessageSize.Estimate(events.Count, body.Bytes.Length));
    }

    private static string? KeyOf(HttpRequest request) => request.Headers[KeyHeader] switch
    {
        [] => null,
        [{ Length: > 0 and <= LongestKey } key] when key.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 => key,
        _ => throw new TrainyardException(ErrorCode.EventInvalid, [new(KeyHeader, $"must be given once, with 1 to {LongestKey} visible ASCII characters")]),
    };

    private static string SenderOf(HttpContext http) =>
        http.Request.Headers["X-Forwarded-For"] is [.., { Length: > 0 and <= 64 } client] ? client : http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static ProblemHttpResult Unsupported(HttpContext http, string header, string accepted, string reason)
    {
        http.Response.Headers[header] = accepted;
        return TypedResults.Problem(reason, statusCode: StatusCodes.Status415UnsupportedMediaType, extensions: [new("code", ErrorCode.EventInvalid)]);
    }
}
