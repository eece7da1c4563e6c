using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Contracts.TrainEvents;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Queries;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ExperimentStore.Live.Streams;

internal static class EventStreamApi
{
    private const int MaxRuns = 100;
    private const string MediaType = "text/event-stream";

    public static void MapEventStream(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/events/stream", StreamAsync).WithName("StreamEvents").WithTags("Live")
            .WithSummary("Training events of all runs, or of some, as Server-Sent Events, starting after Last-Event-ID")
            .WithDescription(
                "Every `data` is one JSON object, told apart by `type`: `trainer.train.*.v1`, `digits.train.*.v1` (their schemas are in "
                + "docs/events), or `stream.gap.v1` where events may be missing. Without `Last-Event-ID` the stream begins with what "
                + "comes now. A comment, with the newest id, is sent when nothing else is.")
            .Produces(StatusCodes.Status200OK).WithContent(MediaType).WithErrors(ErrorCode.RateLimited);

    private static Results<PushStreamHttpResult, EmptyHttpResult> StreamAsync(
        [FromQuery(Name = "run"), Description("Only events of these runs: ids, with commas.")] string[]? run,
        [FromQuery(Name = "type"), Description("Only events of these types, with commas.")] string[]? type,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId, EventStream stream, OpenStreams open, HttpContext http,
        CancellationToken cancellationToken)
    {
        var (runs, types) = (NameList.Parse(run, "run"), NameList.Parse(type, "type"));
        TrainyardException.ThrowIfAny([.. Problems(runs, types, lastEventId)]);
        var filter = new StreamFilter(runs?.ToHashSet(StringComparer.Ordinal), types?.ToHashSet(StringComparer.Ordinal));
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.ContentType = MediaType;
            return TypedResults.Empty;
        }
        var place = stream.PlaceOf(lastEventId is { Length: > 0 } ? Guid.Parse(lastEventId) : null);
        http.Response.RegisterForDispose(open.Open(Caller.Of(http)));
        return TypedResults.Stream(body => stream.WriteAsync(body, place, filter, cancellationToken), MediaType);
    }

    private static IEnumerable<Problem> Problems(List<string>? runs, List<string>? types, string? lastEventId)
    {
        if (runs is { Count: 0 or > MaxRuns })
        {
            yield return new("run", $"must be 1 to {MaxRuns} ids of runs, not {runs.Count}");
        }
        foreach (var run in runs?.Where(run => !Identifier.IsValid(run)) ?? [])
        {
            yield return new("run", $"{Identifier.Rule}, not '{run}'");
        }
        if (types is { Count: 0 })
        {
            yield return new("type", "must be types of events");
        }
        foreach (var type in types?.Where(type => TrainEventTypes.FindGroup(type) is null) ?? [])
        {
            yield return new("type", $"must be one of {string.Join(", ", TrainEventTypes.All)}, not '{type}'");
        }
        if (lastEventId is { Length: > 0 } && !Guid.TryParse(lastEventId, out _))
        {
            yield return new("Last-Event-ID", "must be the id of an event of this stream");
        }
    }
}
