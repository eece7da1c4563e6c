using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Messages;

namespace Trainyard.Notifier.Discord;

/// <summary>Direct messages of the bot to its owner.</summary>
internal sealed class DiscordBot(DiscordClient discord, IOptions<DiscordOptions> options, IOptions<NotifierOptions> notifier) : IChannel
{
    private const int MaxNonce = 25;
    private readonly string api = options.Value.ApiUrl.TrimEnd('/');

    public ChannelKind Kind => ChannelKind.Discord;

    public string Target => "direct messages to the owner";

    public bool Edits => true;

    public bool Takes(Message message) => message is not Milestone;

    public async Task<Outcome> SendAsync(string deliveryId, Message message, string? messageId, CancellationToken cancellationToken)
    {
        var payload = DiscordFormat.Of(message, notifier.Value.PublicUrl);
        if (messageId?.Split('/') is [var channel, var known])
        {
            var edited = await SendAsync(HttpMethod.Patch, $"channels/{channel}/messages/{known}", $"PATCH channels/{channel} messages",
                payload, cancellationToken);
            return DiscordClient.Judge(edited, edits: true, _ => messageId);
        }
        var opened = await SendAsync(
            HttpMethod.Post, "users/@me/channels", "POST users/@me channels", new JsonObject { ["recipient_id"] = options.Value.OwnerId },
            cancellationToken);
        if (!opened.IsSuccess || opened.Text("id") is not { } target)
        {
            return opened.IsSuccess
                ? Outcome.FailedFor("Discord's answer names no channel")
                : DiscordClient.Judge(opened, edits: false, _ => null);
        }
        // Discord recognises a repetition of the last minutes by its nonce.
        payload["nonce"] = deliveryId.Length <= MaxNonce ? deliveryId : deliveryId[..MaxNonce];
        payload["enforce_nonce"] = true;
        var sent = await SendAsync(HttpMethod.Post, $"channels/{target}/messages", $"POST channels/{target} messages", payload,
            cancellationToken);
        return DiscordClient.Judge(sent, edits: false, answer => answer.Text("id") is { } id ? $"{target}/{id}" : null);
    }

    private Task<DiscordAnswer> SendAsync(
        HttpMethod method, string path, string route, JsonNode body, CancellationToken cancellationToken) =>
        discord.SendAsync(method, new($"{api}/{path}"), route, options.Value.Token, body, cancellationToken);
}
