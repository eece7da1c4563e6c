using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Notifier.Deliveries;

namespace Trainyard.Notifier.Discord;

/// <summary>An answer of Discord.</summary>
/// <param name="Status">The status; null if the request was not sent, because it would exceed a rate limit.</param>
/// <param name="Body">The body; null if it is not JSON.</param>
/// <param name="Wait">How long to wait before the next request.</param>
internal sealed record DiscordAnswer(HttpStatusCode? Status, JsonElement? Body, TimeSpan? Wait)
{
    public bool IsSuccess => Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;

    /// <summary>Discord's code of an error; 0 for none.</summary>
    public int Code => Body is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out var code)
        && code.ValueKind is JsonValueKind.Number && code.TryGetInt32(out var number) ? number : 0;

    public string? Text(string member) => Body is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(member, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Requests to Discord's HTTP API within its rate limits.</summary>
internal sealed class DiscordClient(HttpClient http, RateLimits limits)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const int UnknownMessage = 10008;
    private const int UnknownChannel = 10003;
    private const int ClosedMessages = 50007;

    /// <param name="method">The method.</param>
    /// <param name="url">The address.</param>
    /// <param name="route">
    /// The method and the part of the path that Discord limits on its own, such as <c>PATCH channels/1 messages</c>.
    /// </param>
    /// <param name="token">The bot's token; null for a webhook.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<DiscordAnswer> SendAsync(
        HttpMethod method, Uri url, string route, string? token, JsonNode? body, CancellationToken cancellationToken)
    {
        if (limits.WaitFor(route) is { Ticks: > 0 } wait)
        {
            return new(null, null, wait);
        }
        using var request = new HttpRequestMessage(method, url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("DiscordBot", "1.0"));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bot", token);
        }
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var json = await ReadAsync(response, cancellationToken);
        return new(response.StatusCode, json, limits.Observe(route, response.StatusCode, response.Headers, json));
    }

    /// <summary>What an answer to a message means for its delivery.</summary>
    /// <param name="answer">Discord's answer.</param>
    /// <param name="edits">Whether the request edited a message.</param>
    /// <param name="idOf">The id to remember a new message by.</param>
    public static Outcome Judge(DiscordAnswer answer, bool edits, Func<DiscordAnswer, string?> idOf) => answer switch
    {
        { Wait: { } wait } => Outcome.WaitFor(wait),
        { IsSuccess: true } => Outcome.Delivered(idOf(answer)),
        { Code: UnknownMessage or UnknownChannel } when edits => Outcome.MessageGone,
        { Code: ClosedMessages } => Outcome.RefusedFor(
            "Discord can't send direct messages to the owner (50007): share a server with the bot, "
            + "and allow direct messages from its members"),
        { Status: HttpStatusCode.Unauthorized } => Outcome.RefusedFor("Discord refuses the token (401)"),
        { Status: HttpStatusCode.NotFound } => Outcome.RefusedFor($"Discord does not know the webhook or the user ({NumberOf(answer)})"),
        { Status: HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError } =>
            Outcome.FailedFor($"Discord answered {(int?)answer.Status}"),
        _ => Outcome.RefusedFor($"Discord refused the message ({NumberOf(answer)})"),
    };

    private static int NumberOf(DiscordAnswer answer) => answer.Code > 0 ? answer.Code : (int?)answer.Status ?? 0;

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxAnswerBytes];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return read is 0 or MaxAnswerBytes ? null : JsonElement.Parse(buffer.AsSpan(0, read));
        }
        catch (JsonException)
        {
            // A proxy between here and Discord answers in HTML; the status says enough.
            return null;
        }
    }
}
