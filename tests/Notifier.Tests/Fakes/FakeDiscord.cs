using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Trainyard.Notifier.Tests.Fakes;

/// <summary>Discord's HTTP API with its rules: limits of messages, buckets, tokens, deleted messages and closed direct messages.</summary>
internal sealed class FakeDiscord : FakeServer
{
    public const string Token = "bot.token-that-must-not-leak";
    public const string Owner = "123456789012345678";
    public const string WebhookToken = "webhook-token-that-must-not-leak";
    private const string Channel = "900000000000000001";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Ed25519PrivateKeyParameters key = new(new SecureRandom());
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Left, DateTimeOffset Refill)> buckets = new(StringComparer.Ordinal);
    private int lastId;

    private FakeDiscord()
    {
        App.MapGet("/api/applications/@me", (HttpRequest request) => Bot(request, () => Results.Json(
            new { id = "42", verify_key = Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded()) })));
        App.MapPost("/api/applications/42/commands", (HttpRequest request, JsonNode command) => Bot(request, () =>
        {
            Commands.Enqueue(command);
            return Results.Json(new { id = "43" }, statusCode: 201);
        }));
        App.MapPost("/api/users/@me/channels", (HttpRequest request, JsonNode body) => Bot(request, () =>
            (string?)body["recipient_id"] == Owner ? Results.Json(new { id = Channel }) : Error(400, 50033, "Invalid Recipient(s)")));
        App.MapPost($"/api/channels/{Channel}/messages", (HttpRequest request, HttpResponse response, JsonNode body) => Bot(request, () =>
            Limited(response, "create", () => ClosedMessages ? Error(403, 50007, "Cannot send messages to this user") : Create(body))));
        App.MapPatch($"/api/channels/{Channel}/messages/{{id}}", (HttpRequest request, HttpResponse response, string id, JsonNode body) =>
            Bot(request, () => Limited(response, "edit", () => Edit(id, body))));
        App.MapPost($"/api/webhooks/77/{WebhookToken}", (HttpResponse response, string? wait, JsonNode body) =>
            Limited(response, "webhook", () => wait == "true" ? Create(body) : Results.NoContent()));
        App.MapPatch($"/api/webhooks/77/{WebhookToken}/messages/{{id}}", (HttpResponse response, string id, JsonNode body) =>
            Limited(response, "webhook-edit", () => Edit(id, body)));
        App.MapFallback(() => Error(404, 10015, "Unknown Webhook"));
    }

    public static async Task<FakeDiscord> StartNewAsync()
    {
        var discord = new FakeDiscord();
        await discord.StartAsync();
        return discord;
    }

    public string Api => $"{Address}/api";

    public string WebhookUrl => $"{Address}/api/webhooks/77/{WebhookToken}";

    /// <summary>The messages that exist, by id.</summary>
    public ConcurrentDictionary<string, JsonNode> Messages { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<JsonNode> Commands { get; } = [];

    /// <summary>Everything that was ever sent, as text.</summary>
    public ConcurrentQueue<string> Everything { get; } = [];

    /// <summary>When each edit came.</summary>
    public ConcurrentQueue<DateTimeOffset> Edits { get; } = [];

    public bool ClosedMessages { get; set; }

    /// <summary>Requests in a bucket until it is refilled.</summary>
    public int PerWindow { get; set; } = 5;

    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests that came although the bucket was known to be empty.</summary>
    public int Violations { get; private set; }

    /// <summary>How many requests are answered with a pause of everything.</summary>
    public int GlobalPauses { get; set; }

    public static string ContentOf(JsonNode message) => (string?)message["content"] ?? "";

    public static string DescriptionOf(JsonNode message) => (string?)message["embeds"]?[0]?["description"] ?? "";

    /// <summary>JSON with every character as it is shown.</summary>
    public static string TextOf(JsonNode? json) => json?.ToJsonString(Readable) ?? "";

    public void Delete(string id) => Messages.TryRemove(id, out _);

    /// <summary>Sends a command the way Discord does.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Body)> InteractAsync(
        HttpClient client, object interaction, bool valid = true, DateTimeOffset? at = null)
    {
        var body = JsonSerializer.Serialize(interaction);
        var time = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        var signed = Encoding.UTF8.GetBytes(time + body + (valid ? "" : " "));
        signer.BlockUpdate(signed, 0, signed.Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/discord/interactions");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("X-Signature-Ed25519", Convert.ToHexStringLower(signer.GenerateSignature()));
        request.Headers.Add("X-Signature-Timestamp", time);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    private static IResult Bot(HttpRequest request, Func<IResult> answer) =>
        request.Headers.Authorization == $"Bot {Token}" ? answer() : Error(401, 0, "401: Unauthorized");

    private IResult Limited(HttpResponse response, string bucket, Func<IResult> answer)
    {
        lock (gate)
        {
            if (GlobalPauses > 0)
            {
                GlobalPauses--;
                response.Headers.RetryAfter = "1";
                response.Headers["X-RateLimit-Global"] = "true";
                return Results.Json(new { message = "You are being rate limited.", retry_after = 0.3, global = true }, statusCode: 429);
            }
            var now = DateTimeOffset.UtcNow;
            (int Left, DateTimeOffset Refill) state = buckets.TryGetValue(bucket, out var known) && known.Refill > now
                ? known
                : (PerWindow, now + Window);
            var reset = (state.Refill - now).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
            response.Headers["X-RateLimit-Bucket"] = bucket;
            response.Headers["X-RateLimit-Limit"] = $"{PerWindow}";
            response.Headers["X-RateLimit-Reset-After"] = reset;
            if (state.Left == 0)
            {
                Violations++;
                response.Headers["X-RateLimit-Remaining"] = "0";
                response.Headers["X-RateLimit-Scope"] = "user";
                return Results.Json(
                    new { message = "You are being rate limited.", retry_after = (state.Refill - now).TotalSeconds, global = false },
                    statusCode: 429);
            }
            buckets[bucket] = (state.Left - 1, state.Refill);
            response.Headers["X-RateLimit-Remaining"] = $"{state.Left - 1}";
        }
        return answer();
    }

    private IResult Create(JsonNode body)
    {
        if (Invalid(body) is { } invalid)
        {
            return invalid;
        }
        var id = (100_000_000_000_000_000 + Interlocked.Increment(ref lastId)).ToString(CultureInfo.InvariantCulture);
        Messages[id] = body;
        return Results.Json(new { id, channel_id = Channel });
    }

    private IResult Edit(string id, JsonNode body)
    {
        if (!Messages.ContainsKey(id))
        {
            return Error(404, 10008, "Unknown Message");
        }
        if (Invalid(body) is { } invalid)
        {
            return invalid;
        }
        Messages[id] = body;
        Edits.Enqueue(DateTimeOffset.UtcNow);
        return Results.Json(new { id });
    }

    private IResult? Invalid(JsonNode body)
    {
        Everything.Enqueue(TextOf(body));
        var embed = body["embeds"]?[0];
        int[] lengths = [LengthOf(embed?["title"]), LengthOf(embed?["description"]), LengthOf(embed?["footer"]?["text"])];
        var fits = ContentOf(body).Length <= 2000 && lengths[0] <= 256 && lengths[1] <= 4096 && lengths[2] <= 2048 && lengths.Sum() <= 6000;
        return fits && (ContentOf(body).Length > 0 || embed is not null) ? null : Error(400, 50035, "Invalid Form Body");
    }

    private static int LengthOf(JsonNode? text) => ((string?)text)?.Length ?? 0;

    private static IResult Error(int status, int code, string message) => Results.Json(new { code, message }, statusCode: status);
}
