using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Notifier.Deliveries;

namespace Trainyard.Notifier.Slack;

/// <summary>An answer of Slack.</summary>
internal sealed record SlackAnswer(HttpStatusCode Status, string Text, TimeSpan? Wait);

/// <summary>Requests to Slack, paused as long as it asks for.</summary>
internal sealed class SlackClient(HttpClient http, TimeProvider clock)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private long pausedUntilTicks;

    /// <returns>The answer; null while Slack's pause lasts, with how long it still does.</returns>
    public async Task<(SlackAnswer? Answer, TimeSpan Wait)> PostAsync(
        Uri url, string? token, JsonNode body, CancellationToken cancellationToken)
    {
        var wait = new DateTimeOffset(Interlocked.Read(ref pausedUntilTicks), TimeSpan.Zero) - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            return (null, wait);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxAnswerBytes];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer, 0, read);
        TimeSpan? pause = response.StatusCode is HttpStatusCode.TooManyRequests || ErrorOf(text) is "ratelimited" or "rate_limited"
            ? PauseOf(response)
            : null;
        if (pause is { } time)
        {
            Interlocked.Exchange(ref pausedUntilTicks, (clock.GetUtcNow() + time).UtcTicks);
        }
        return (new(response.StatusCode, text, pause), TimeSpan.Zero);
    }

    /// <summary>The error of an answer of the API, such as <c>channel_not_found</c>; null for none.</summary>
    public static string? ErrorOf(string text) => Parse(text) is { } json
        && !(json.TryGetProperty("ok", out var ok) && ok.ValueKind is JsonValueKind.True)
        ? TextOf(json, "error") ?? "no error was named"
        : null;

    /// <summary>A member of an answer of the API; null if it is missing.</summary>
    public static string? Member(string text, string name) => Parse(text) is { } json ? TextOf(json, name) : null;

    /// <summary>An error word as Slack writes them; anything else is left out.</summary>
    public static string Word(string error) =>
        error.Length <= 60 && error.All(letter => char.IsAsciiLetterLower(letter) || letter is '_' or ' ') ? error : "unknown error";

    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    public static Outcome Failed(HttpStatusCode status) => Outcome.FailedFor($"Slack answered {(int)status}");

    private static TimeSpan PauseOf(HttpResponseMessage response)
    {
        var text = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestPause.TotalSeconds))
            : DefaultPause;
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } json ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
