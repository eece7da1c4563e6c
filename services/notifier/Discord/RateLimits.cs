using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Trainyard.Notifier.Discord;

/// <summary>
/// Discord's rate limits as its answers describe them: requests left in a bucket, when it is refilled, and pauses of everything. Routes
/// that share a bucket share its limit.
/// </summary>
internal sealed class RateLimits(TimeProvider clock)
{
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, string> buckets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> closed = new(StringComparer.Ordinal);
    private long globalTicks;

    /// <summary>How long a request on this route has to wait; zero or less if it may be sent.</summary>
    public TimeSpan WaitFor(string route)
    {
        var now = clock.GetUtcNow();
        var global = new DateTimeOffset(Interlocked.Read(ref globalTicks), TimeSpan.Zero);
        var until = closed.TryGetValue(BucketOf(route), out var time) && time > global ? time : global;
        return until - now;
    }

    /// <summary>Learns from an answer.</summary>
    /// <returns>For 429, how long to wait.</returns>
    public TimeSpan? Observe(string route, HttpStatusCode status, HttpResponseHeaders headers, JsonElement? body)
    {
        if (Header(headers, "X-RateLimit-Bucket") is { } bucket)
        {
            // The bucket counts for each channel or webhook on its own.
            buckets[route] = $"{bucket}/{MajorOf(route)}";
        }
        if (Header(headers, "X-RateLimit-Remaining") is "0" && Seconds(Header(headers, "X-RateLimit-Reset-After")) is { } reset)
        {
            closed[BucketOf(route)] = clock.GetUtcNow() + reset;
        }
        if (status is not HttpStatusCode.TooManyRequests)
        {
            return null;
        }
        var pause = InBody(body) ?? Seconds(Header(headers, "Retry-After")) ?? DefaultPause;
        if (Header(headers, "X-RateLimit-Global") is "true" || Header(headers, "X-RateLimit-Scope") is "global" || IsGlobal(body))
        {
            Interlocked.Exchange(ref globalTicks, (clock.GetUtcNow() + pause).UtcTicks);
        }
        else
        {
            closed[BucketOf(route)] = clock.GetUtcNow() + pause;
        }
        return pause;
    }

    private string BucketOf(string route) => buckets.GetValueOrDefault(route, route);

    // Routes are written "METHOD major-path rest".
    private static string MajorOf(string route) => route.Split(' ') is [_, var major, ..] ? major : route;

    private static TimeSpan? InBody(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("retry_after", out var seconds)
        && seconds.ValueKind is JsonValueKind.Number && seconds.TryGetDouble(out var number)
            ? Limited(number)
            : null;

    private static bool IsGlobal(JsonElement? body) =>
        body is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("global", out var global)
        && global.ValueKind is JsonValueKind.True;

    private static TimeSpan? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Limited(number) : null;

    private static TimeSpan? Limited(double seconds) => double.IsNaN(seconds) || seconds < 0
        ? null
        : TimeSpan.FromSeconds(Math.Min(seconds, LongestPause.TotalSeconds));

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
