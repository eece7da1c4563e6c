using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.ExperimentStore.Requests;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Logs;

internal sealed record LogView(long Id, DateTimeOffset Time, string Level, string Message, int Attempt);

/// <param name="RunId">The run.</param>
/// <param name="Lines">Oldest first.</param>
/// <param name="After">What to give as <c>after</c> to read on.</param>
internal sealed record LogTail(string RunId, IReadOnlyList<LogView> Lines, long After);

internal static class LogApi
{
    private const int MostLines = 10_000;
    private const int PerRead = 500;

    // Lines are announced when they are committed; looking now and then covers an announcement that got lost.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    public static void MapLogs(this IEndpointRouteBuilder endpoints)
    {
        var logs = endpoints.MapGroup("/runs/{runId}/logs").WithTags("Logs");
        logs.MapGet("", TailAsync).WithName("GetLogs").WithSummary("The last lines of a run's log, or those after one");
        logs.MapGet("/stream", StreamAsync).WithName("StreamLogs").WithSummary("A run's log as Server-Sent Events, from Last-Event-ID on");
    }

    private static async Task<Ok<LogTail>> TailAsync(
        string runId, [FromQuery(Name = "limit")] int? limit, [FromQuery(Name = "after")] long? after, Database database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.ReadAsync(async (db, token) =>
        {
            var most = Refusal.Limit(limit, 200, MostLines);
            await db.RequireRunAsync(runId, token);
            var lines = after is { } last
                ? await AfterAsync(db, runId, last, most, token)
                : [.. (await Of(db, runId).OrderByDescending(line => line.Id).Take(most).ToListAsync(token)).Select(View).Reverse()];
            return new LogTail(runId, lines, lines.Count > 0 ? lines[^1].Id : after ?? 0);
        }, cancellationToken));

    private static async Task<ServerSentEventsResult<LogView>> StreamAsync(
        string runId, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, Database database, LiveHub hub, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var after = 0L;
        if (lastEventId is not null && !long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new TrainyardException(ErrorCode.ConfigInvalid, [new("Last-Event-ID", "must be the id of an event of this stream")]);
        }
        await database.ReadAsync((db, token) => db.RequireRunAsync(runId, token), cancellationToken);
        return TypedResults.ServerSentEvents(FollowAsync(runId, after, database, hub, lifetime.ApplicationStopping, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<LogView>> FollowAsync(
        string runId, long after, Database database, LiveHub hub, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bell = new Bell(runId);
        hub.Add(bell);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var lines = await database.ReadAsync((db, token) => AfterAsync(db, runId, after, PerRead, token), cancellationToken);
                foreach (var line in lines)
                {
                    after = line.Id;
                    yield return new SseItem<LogView>(line, "log") { EventId = line.Id.ToString(CultureInfo.InvariantCulture) };
                }
                if (lines.Count < PerRead)
                {
                    await bell.WaitAsync(BetweenLooks, stopping, cancellationToken);
                }
            }
        }
        finally
        {
            hub.Remove(bell);
        }
    }

    private static IQueryable<LogLine> Of(StoreContext db, string runId) => db.Logs.Where(line => line.RunId == runId);

    private static async Task<List<LogView>> AfterAsync(StoreContext db, string runId, long after, int most, CancellationToken cancellationToken) =>
        [.. (await Of(db, runId).Where(line => line.Id > after).OrderBy(line => line.Id).Take(most).ToListAsync(cancellationToken)).Select(View)];

    private static LogView View(LogLine line) => new(line.Id, line.Time, line.Level, line.Message, line.Attempt);

    /// <summary>Rings when a line of the run was committed.</summary>
    private sealed class Bell(string runId) : ILiveListener
    {
        private readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public void Hear(RunMessage message)
        {
            if (message is LogUpdate && message.RunId == runId)
            {
                rung.Writer.TryWrite(true);
            }
        }

        public async Task WaitAsync(TimeSpan longest, CancellationToken stopping, CancellationToken cancellationToken)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
            patience.CancelAfter(longest);
            try
            {
                await rung.Reader.ReadAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Time to look, bell or no bell.
            }
        }
    }
}
