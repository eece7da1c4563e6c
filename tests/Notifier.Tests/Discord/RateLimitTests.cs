using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Trainyard.Notifier.Discord;

namespace Trainyard.Notifier.Tests.Discord;

public sealed class RateLimitTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly RateLimits limits;

    public RateLimitTests() => limits = new(clock);

    [Fact]
    public void An_empty_bucket_closes_every_route_that_shares_it_in_the_same_channel_only()
    {
        Observe("PATCH channels/1 messages", HttpStatusCode.OK, ("X-RateLimit-Bucket", "b"), ("X-RateLimit-Remaining", "4"));
        Observe("POST channels/1 messages", HttpStatusCode.OK,
            ("X-RateLimit-Bucket", "b"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "1.5"));

        Assert.Equal(TimeSpan.FromSeconds(1.5), limits.WaitFor("PATCH channels/1 messages"));
        Assert.True(limits.WaitFor("POST channels/2 messages") <= TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.True(limits.WaitFor("PATCH channels/1 messages") <= TimeSpan.Zero);
    }

    [Fact]
    public void A_global_pause_closes_everything()
    {
        var pause = Observe("GET a b", HttpStatusCode.TooManyRequests, """{"retry_after":2.5,"global":true}""");

        Assert.Equal((TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(2.5)), (pause, limits.WaitFor("POST c d")));
    }

    [Theory]
    [InlineData("""{"retry_after":-1}""", "3", 3)]
    [InlineData("""{"retry_after":"soon"}""", "NaN", 1)]
    [InlineData("not json", "", 1)]
    [InlineData("""{"retry_after":1e99}""", "", 3600)]
    public void A_pause_that_makes_no_sense_is_replaced(string body, string header, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Observe("GET a b", HttpStatusCode.TooManyRequests, body, ("Retry-After", header)));

    private TimeSpan? Observe(string route, HttpStatusCode status, params (string Name, string Value)[] headers) =>
        Observe(route, status, "{}", headers);

    private TimeSpan? Observe(string route, HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage(status);
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }
        return limits.Observe(route, status, response.Headers, body.StartsWith('{') ? JsonElement.Parse(body) : null);
    }
}
