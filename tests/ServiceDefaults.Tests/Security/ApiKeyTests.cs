using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

public class ApiKeyTests
{
    private const string Key = "correct-horse-battery";
    private const string Missing = "This server requires an API key. Send it in the X-Api-Key header.";
    private const string Wrong = "This API key is wrong, has expired or was revoked.";

    [Theory]
    [InlineData(null, Missing)]
    [InlineData("", Missing)]
    [InlineData("wrong-horse!", Wrong)]
    [InlineData("correct-horse-batter", Wrong)]
    [InlineData("Correct-Horse-Battery", Wrong)]
    public async Task A_missing_and_a_wrong_key_end_the_request_with_different_messages(string? key, string message)
    {
        await using var app = await StartAsync(Key);
        using var response = await GetAsync(app, "/api/secret", key);

        var problem = await TestApp.ReadProblemAsync(response, 401, "UNAUTHORIZED");
        Assert.Equal(message, (string?)problem["message"]);
    }

    [Fact]
    public async Task The_right_key_opens_everything()
    {
        await using var app = await StartAsync(Key);
        using var response = await GetAsync(app, "/api/secret", Key);

        Assert.Equal("secret", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/api/healthz")]
    [InlineData("/api/readyz")]
    public async Task Probes_need_no_key(string path)
    {
        await using var app = await StartAsync(Key);
        using var response = await GetAsync(app, path, key: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    [InlineData("/nowhere")]
    [InlineData("/healthz/../api/secret")]
    [InlineData("/healthz/more")]
    public async Task Everything_else_needs_one(string path)
    {
        await using var app = await StartAsync(Key);
        using var response = await GetAsync(app, path, key: null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_ticket_opens_one_web_socket_and_nothing_else()
    {
        await using var app = await StartAsync(Key);
        var ticket = await TicketAsync(app);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"/api/secret?ticket={ticket}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, $"/ws?ticket={ticket}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"/ws?ticket={ticket}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, $"/ws?ticket={await TicketAsync(app)}"));
    }

    [Fact]
    public async Task No_address_carries_a_key()
    {
        await using var app = await StartAsync(Key);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"/ws?api_key={Key}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"/ws?ticket={Key}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, $"/api/secret?api_key={Key}"));
    }

    [Fact]
    public async Task A_missing_key_and_a_wrong_one_are_told_apart()
    {
        await using var app = await StartAsync(Key);
        using var missing = await GetAsync(app, "/api/secret", key: null);
        using var wrong = await GetAsync(app, "/api/secret", "wrong-horse!");

        Assert.Contains(
            "Send it in the X-Api-Key header",
            (string?)(await TestApp.ReadProblemAsync(missing, 401, "UNAUTHORIZED"))["message"],
            StringComparison.Ordinal);
        Assert.Contains(
            "is wrong", (string?)(await TestApp.ReadProblemAsync(wrong, 401, "UNAUTHORIZED"))["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_guesses_is_refused_while_a_key_that_has_worked_goes_on_working()
    {
        await using var app = await StartAsync(Key);
        using (var worked = await GetAsync(app, "/api/secret", Key))
        {
            Assert.Equal(HttpStatusCode.OK, worked.StatusCode);
        }

        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < 3 * KeyAttempts.Burst; guess++)
        {
            using var refused = await GetAsync(app, "/api/secret", $"guess-{guess}");
            answers.Add(refused.StatusCode);
            if (refused.StatusCode is HttpStatusCode.TooManyRequests)
            {
                await TestApp.ReadProblemAsync(refused, 429, "RATE_LIMITED");
                Assert.NotNull(refused.Headers.RetryAfter);
                break;
            }
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        // The right key counted too before it was known to work.
        Assert.InRange(answers.Count, KeyAttempts.Burst, (2 * KeyAttempts.Burst) + 1);
        using var still = await GetAsync(app, "/api/secret", Key);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Without_a_setting_no_key_is_asked_for()
    {
        await using var app = await StartAsync(key: null);
        using var response = await GetAsync(app, "/api/secret", key: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("fifteen-letters")]
    [InlineData("                    ")]
    [InlineData("correct horse battery")]
    [InlineData("schlüssel-und-schloss")]
    public async Task A_key_that_protects_nothing_or_fits_no_header_stops_the_start(string key)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(key));

        Assert.Contains("SECURITY__API_KEY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, failure.Message, StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(string? key) => TestApp.StartAsync(
        builder => builder.AddServiceDefaults(),
        host =>
        {
            host.MapDefaultEndpoints();
            host.MapGet("/api/secret", () => "secret");
            host.MapGet("/ws", () => "socket");
        },
        new() { ["SECURITY:API_KEY"] = key });

    private static async Task<string> TicketAsync(TestApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ws-ticket") { Headers = { { "X-Api-Key", Key } } };
        using var response = await app.Http.SendAsync(request);
        Assert.True(response.Headers.CacheControl?.NoStore);
        return (string?)(await TestApp.ReadAsync(response))["ticket"] ?? "";
    }

    private static async Task<HttpStatusCode> StatusAsync(TestApp app, string path)
    {
        using var response = await GetAsync(app, path, key: null);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> GetAsync(TestApp app, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }
        return await app.Http.SendAsync(request);
    }
}
