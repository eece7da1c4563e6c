using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Slack;

/// <summary>Messages of a Slack app, which it edits.</summary>
internal sealed class SlackApp(SlackClient slack, IOptions<SlackOptions> options, IOptions<NotifierOptions> notifier) : IChannel
{
    private readonly string api = options.Value.ApiUrl.TrimEnd('/');

    public ChannelKind Kind => ChannelKind.Slack;

    public string Target => "the channel of SLACK__CHANNEL";

    public bool Edits => true;

    public bool Takes(Message message) => message is not Milestone;

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["channel"] = options.Value.Channel,
            ["text"] = SlackFormat.Of(message, notifier.Value.PublicUrl),
            ["unfurl_links"] = false,
        };
        // A message's id is its time in a channel. Updates need the channel's id, which may be written as a name in the settings.
        if (messageId?.Split('/') is [var channel, var time])
        {
            (body["channel"], body["ts"]) = (channel, time);
        }
        var (answer, wait) = await slack.PostAsync(
            new($"{api}/{(messageId is null ? "chat.postMessage" : "chat.update")}"), options.Value.Token, body, cancellationToken);
        return answer switch
        {
            null => Outcome.WaitFor(wait),
            { Wait: { } pause } => Outcome.WaitFor(pause),
            { Status: var status } when SlackClient.IsTransient(status) => SlackClient.Failed(status),
            _ => Judge(answer, messageId),
        };
    }

    private static Outcome Judge(SlackAnswer answer, string? messageId) => SlackClient.ErrorOf(answer.Text) switch
    {
        null when messageId is not null => Outcome.Delivered(messageId),
        null when SlackClient.Member(answer.Text, "channel") is { } channel && SlackClient.Member(answer.Text, "ts") is { } time =>
            Outcome.Delivered($"{channel}/{time}"),
        null => Outcome.FailedFor($"Slack answered {(int)answer.Status} without naming the message"),
        "message_not_found" or "cant_update_message" or "edit_window_closed" when messageId is not null => Outcome.MessageGone,
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" =>
            Outcome.FailedFor("Slack has an internal error"),
        var error => Outcome.RefusedFor($"Slack refused the message: {SlackClient.Word(error)}"),
    };
}
