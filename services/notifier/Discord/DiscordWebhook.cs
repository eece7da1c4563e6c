using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Discord;

/// <summary>Messages of a webhook to its Discord channel.</summary>
internal sealed class DiscordWebhook(DiscordClient discord, IOptions<DiscordOptions> options, IOptions<NotifierOptions> notifier) : IChannel
{
    private readonly string url = (options.Value.WebhookUrl ?? "").Split('?')[0].TrimEnd('/');

    public ChannelKind Kind => ChannelKind.DiscordWebhook;

    public string Target => new Uri(url).Host;

    public bool Edits => true;

    public bool Takes(Message message) => message is not Milestone;

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        var payload = DiscordFormat.Of(message, notifier.Value.PublicUrl);
        if (messageId is null)
        {
            var sent = await discord.SendAsync(
                HttpMethod.Post, new($"{url}?wait=true"), "POST webhook messages", null, payload, cancellationToken);
            return DiscordClient.Judge(sent, edits: false, answer => answer.Text("id"));
        }
        var edited = await discord.SendAsync(
            HttpMethod.Patch, new($"{url}/messages/{messageId}"), "PATCH webhook messages", null, payload, cancellationToken);
        return DiscordClient.Judge(edited, edits: true, _ => messageId);
    }
}
