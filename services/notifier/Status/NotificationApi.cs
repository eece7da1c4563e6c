using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.Contracts.Errors;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;
using Trainyard.Notifier.Storage;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.Notifier.Status;

/// <summary>The state of notifications.</summary>
/// <param name="Enabled">Whether any channel is set up.</param>
/// <param name="Runs">Which runs are notified about: <c>all</c> or <c>watched</c>.</param>
/// <param name="QuietHours">The time of day without new messages; null if there is none.</param>
/// <param name="TimeZone">The time zone of quiet hours and digests.</param>
/// <param name="Channels">The channels that are set up.</param>
internal sealed record NotificationState(
    bool Enabled, RunChoice Runs, string? QuietHours, string TimeZone, IReadOnlyList<ChannelState> Channels);

/// <summary>The state of a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Target">Where its messages go, without secrets.</param>
/// <param name="Edits">Whether one message follows a run. Other channels send a message at its start and its end.</param>
/// <param name="LastSentAt">When a message was last accepted; null for never.</param>
/// <param name="Waiting">Messages to be sent or edited.</param>
/// <param name="GivenUp">Messages that were refused for good or failed too often, as far as they are kept.</param>
/// <param name="LastError">The newest error that no later success has cleared; null for none.</param>
/// <param name="LastErrorAt">When it happened.</param>
internal sealed record ChannelState(
    ChannelKind Channel, string Target, bool Edits, DateTimeOffset? LastSentAt, int Waiting, int GivenUp, string? LastError,
    DateTimeOffset? LastErrorAt);

/// <summary>What became of test messages.</summary>
/// <param name="Results">One for each channel.</param>
internal sealed record TestResults(IReadOnlyList<TestResult> Results);

/// <summary>What became of a test message.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Sent">Whether the receiver accepted it.</param>
/// <param name="Error">Why not; null if it did.</param>
internal sealed record TestResult(ChannelKind Channel, bool Sent, string? Error);

internal static class NotificationApi
{
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("Notifications");
        notifications.MapGet("", GetAsync).WithName("GetNotifications")
            .WithSummary("The channels that are set up, their last delivery and their errors, without secrets")
            .WithResponseExample("""
                {"enabled":true,"runs":"all","quiet_hours":"22:00-07:00","time_zone":"Europe/Berlin",
                 "channels":[{"channel":"discord","target":"direct messages to the owner","edits":true,
                  "last_sent_at":"2026-03-04T12:00:00Z","waiting":0,"given_up":0,"last_error":null,"last_error_at":null}]}
                """);
        notifications.MapPost("/test", TestAsync).WithName("TestNotifications")
            .WithSummary("Send a test message on every channel, and say what became of it")
            .WithErrors(ErrorCode.ConfigInvalid)
            .WithResponseExample("""{"results":[{"channel":"discord","sent":true,"error":null}]}""");
    }

    private static async Task<Ok<NotificationState>> GetAsync(
        IServiceProvider services, IEnumerable<IChannel> channels, IOptions<NotifierOptions> options, CancellationToken cancellationToken)
    {
        var states = new List<ChannelState>();
        if (services.GetService<NotifierContexts>() is { } contexts)
        {
            RequireTables(services.GetRequiredService<SchemaMigration>());
            await using var db = contexts.Open();
            foreach (var channel in channels)
            {
                states.Add(await StateAsync(db, channel, cancellationToken));
            }
        }
        return TypedResults.Ok(new NotificationState(
            states.Count > 0, options.Value.Runs, options.Value.Quiet is null ? null : options.Value.QuietHours, options.Value.TimeZone,
            states));
    }

    private static async Task<Ok<TestResults>> TestAsync(
        IEnumerable<IChannel> channels, IOptions<NotifierOptions> options, TimeProvider clock, ILogger<TestMessage> logger,
        CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(
            channels.Select(channel => TryAsync(channel, options.Value.Timeout, clock, logger, cancellationToken)));
        return results.Length == 0
            ? throw new TrainyardException(
                ErrorCode.ConfigInvalid, "No channel is set up. Set DISCORD__TOKEN, SLACK__TOKEN, EMAIL__HOST or NOTIFIER__WEBHOOK_URL.")
            : TypedResults.Ok(new TestResults(results));
    }

    private static async Task<TestResult> TryAsync(
        IChannel channel, TimeSpan timeout, TimeProvider clock, ILogger<TestMessage> logger, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        try
        {
            var outcome = await channel.SendAsync(
                Identifier.Create("test"), new TestMessage(clock.GetUtcNow()), messageId: null, limited.Token);
            return new(channel.Kind, outcome.Sent, outcome.Sent ? null : outcome.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(channel.Kind, false, $"no answer within {timeout.TotalSeconds} seconds");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "A test message could not be sent to {Channel}", channel.Kind);
            return new(channel.Kind, false, "it can't be reached; the log says more");
        }
    }

    private static async Task<ChannelState> StateAsync(NotifierContext db, IChannel channel, CancellationToken cancellationToken)
    {
        var rows = db.Deliveries.Where(delivery => delivery.Channel == channel.Kind);
        var failed = await rows.AsNoTracking().Where(row => row.ErrorAt != null)
            .OrderByDescending(row => row.ErrorAt).FirstOrDefaultAsync(cancellationToken);
        return new(
            channel.Kind, channel.Target, channel.Edits,
            await rows.MaxAsync(row => row.SentAt, cancellationToken),
            await rows.CountAsync(row => row.DueAt != null, cancellationToken),
            await rows.CountAsync(row => row.GivenUp, cancellationToken),
            failed?.Error, failed?.ErrorAt);
    }

    private static void RequireTables(SchemaMigration schema)
    {
        if (!schema.IsCompleted)
        {
            throw new TrainyardException(ErrorCode.BackendUnavailable, "The notifier's tables are not ready yet. Try again.")
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
    }
}
