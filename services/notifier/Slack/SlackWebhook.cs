using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Slack;

/// <summary>Milestones through an incoming webhook of Slack, whose messages can't be edited.</summary>
internal sealed class SlackWebhook(SlackClient slack, IOptions<SlackOptions> options, IOptions<NotifierOptions> notifier) : IChannel
{
    private readonly Uri url = new(options.Value.WebhookUrl ?? "");

    public ChannelKind Kind => ChannelKind.SlackWebhook;

    public string Target => url.Host;

    public bool Edits => false;

    public bool Takes(Message message) => message is Milestone or AlertMessage or TestMessage;

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["text"] = SlackFormat.Of(message, notifier.Value.PublicUrl) };
        var (answer, wait) = await slack.PostAsync(url, null, body, cancellationToken);
        return answer switch
        {
            null => Outcome.WaitFor(wait),
            { Wait: { } pause } => Outcome.WaitFor(pause),
            { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices } => Outcome.Delivered(null),
            { Status: var status } when SlackClient.IsTransient(status) => SlackClient.Failed(status),
            _ => Outcome.RefusedFor($"Slack refused the message ({(int)answer.Status}): {SlackClient.Word(answer.Text)}"),
        };
    }
}
