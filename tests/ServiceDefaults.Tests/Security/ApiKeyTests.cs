using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Tests.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Security;

public class ApiKeyTests
{
    private const string Key = "correct-horse";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong-horse!")]
    [InlineData("correct-hors")]
    [InlineData("Correct-Horse")]
    public async Task A_missing_or_wrong_key_ends_the_request(string? key)
    {
        await using var app = await StartAsync(Key);
        using var response = await GetAsync(app, "/api/secret", key);

        await TestApp.ReadProblemAsync(response, 401, "UNAUTHORIZED");
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
    public async Task Only_a_web_socket_may_carry_its_key_in_the_address()
    {
        await using var app = await StartAsync(Key);

        using var socket = await GetAsync(app, $"/ws?api_key={Key}", key: null);
        using var wrong = await GetAsync(app, "/ws?api_key=wrong-horse!", key: null);
        using var other = await GetAsync(app, $"/api/secret?api_key={Key}", key: null);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], new[] { socket.StatusCode, wrong.StatusCode, other.StatusCode });
    }

    [Fact]
    public async Task Without_a_setting_no_key_is_asked_for()
    {
        await using var app = await StartAsync(key: null);
        using var response = await GetAsync(app, "/api/secret", key: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_key_too_short_to_protect_anything_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("short"));

        Assert.Contains("SECURITY__API_KEY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short\"", failure.Message, StringComparison.Ordinal);
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
