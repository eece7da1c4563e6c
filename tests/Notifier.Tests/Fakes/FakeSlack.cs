using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Trainyard.Notifier.Tests.Fakes;

/// <summary>Slack's Web API and an incoming webhook: answers with ok:false, pauses, and messages that are gone.</summary>
internal sealed class FakeSlack : FakeServer
{
    public const string Token = "xoxb-token-that-must-not-leak";
    public const string Channel = "C0123456789";

    private int lastTime;

    private FakeSlack()
    {
        App.MapPost("/api/chat.postMessage", (HttpRequest request, HttpResponse response, JsonNode body) => Answer(request, response, () =>
        {
            if ((string?)body["channel"] is not (Channel or "#runs"))
            {
                return Refuse("channel_not_found");
            }
            var time = $"1700000000.{Interlocked.Increment(ref lastTime).ToString("000000", CultureInfo.InvariantCulture)}";
            Messages[time] = (string?)body["text"] ?? "";
            return Results.Json(new { ok = true, channel = Channel, ts = time });
        }));
        App.MapPost("/api/chat.update", (HttpRequest request, HttpResponse response, JsonNode body) => Answer(request, response, () =>
        {
            var time = (string?)body["ts"] ?? "";
            if ((string?)body["channel"] != Channel || !Messages.ContainsKey(time))
            {
                return Refuse("message_not_found");
            }
            Messages[time] = (string?)body["text"] ?? "";
            Updates++;
            return Results.Json(new { ok = true, channel = Channel, ts = time });
        }));
        App.MapPost("/services/T0/B0/secret-of-the-webhook", (HttpResponse response, JsonNode body) =>
        {
            if (Pauses > 0)
            {
                return Pause(response);
            }
            Posted.Enqueue((string?)body["text"] ?? "");
            return Results.Text("ok");
        });
        App.MapFallback(() => Results.Text("no_service", statusCode: 404));
    }

    public static async Task<FakeSlack> StartNewAsync()
    {
        var slack = new FakeSlack();
        await slack.StartAsync();
        return slack;
    }

    public string Api => $"{Address}/api";

    public string WebhookUrl => $"{Address}/services/T0/B0/secret-of-the-webhook";

    /// <summary>The app's messages, by their time.</summary>
    public ConcurrentDictionary<string, string> Messages { get; } = new(StringComparer.Ordinal);

    /// <summary>What the webhook got.</summary>
    public ConcurrentQueue<string> Posted { get; } = [];

    public int Updates { get; private set; }

    /// <summary>How many requests are answered with 429.</summary>
    public int Pauses { get; set; }

    /// <summary>The error of every answer; null for none.</summary>
    public string? Error { get; set; }

    private IResult Answer(HttpRequest request, HttpResponse response, Func<IResult> answer) =>
        request.Headers.Authorization != $"Bearer {Token}" ? Refuse("invalid_auth")
        : Pauses > 0 ? Pause(response)
        : Error is { } error ? Refuse(error)
        : answer();

    private IResult Pause(HttpResponse response)
    {
        Pauses--;
        response.Headers.RetryAfter = "1";
        return Results.Json(new { ok = false, error = "ratelimited" }, statusCode: 429);
    }

    private static IResult Refuse(string error) => Results.Json(new { ok = false, error });
}
