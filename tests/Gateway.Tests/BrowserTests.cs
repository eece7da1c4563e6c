using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Trainyard.Contracts;
using Trainyard.Harness.Hosting;
using Trainyard.ServiceDefaults;

namespace Trainyard.Gateway.Tests;

/// <summary>What protects a person whose browser has other sites open.</summary>
public class BrowserTests
{
    [Theory]
    [InlineData("/api/runs")]
    [InlineData("/docs/")]
    [InlineData("/nothing")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_answer_forbids_scripts_from_elsewhere_and_frames(string path)
    {
        await using var services = await Services.StartAsync();

        using var response = await services.Gateway.Http.GetAsync(new Uri(path, UriKind.Relative));

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(
            path.StartsWith("/docs", StringComparison.Ordinal),
            policy.Contains("script-src 'self' 'unsafe-inline'", StringComparison.Ordinal));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_page_of_another_site_changes_nothing(string method)
    {
        await using var services = await Services.StartAsync();

        using (var foreign = await SendAsync(services, method, "https://evil.example"))
        {
            await TestApp.ReadProblemAsync(foreign, 401, "UNAUTHORIZED");
        }
        using (var sandboxed = await SendAsync(services, method, "null"))
        {
            await TestApp.ReadProblemAsync(sandboxed, 401, "UNAUTHORIZED");
        }
        using var own = await SendAsync(services, method, services.Gateway.Address);
        using var program = await SendAsync(services, method, origin: null);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (own.StatusCode, program.StatusCode));
    }

    [Fact]
    public async Task A_page_of_a_named_origin_may_call_the_api_and_read_its_refusals()
    {
        await using var app = await TestApp.StartAsync(
            builder => builder.AddServiceDefaults(),
            host =>
            {
                host.MapDefaultEndpoints();
                host.MapPost("/api/runs", () => "made");
            },
            new()
            {
                ["SECURITY:CORS_ORIGINS"] = "http://localhost:3000; https://mine.example",
                ["SECURITY:API_KEY"] = "correct-horse-battery",
            });

        using var preflight = await AskAsync(
            app,
            HttpMethod.Options,
            "https://mine.example",
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "x-api-key"));
        using var refused = await AskAsync(app, HttpMethod.Post, "https://mine.example");
        using var made = await AskAsync(app, HttpMethod.Post, "http://localhost:3000", ("X-Api-Key", "correct-horse-battery"));
        using var foreign = await AskAsync(app, HttpMethod.Post, "https://evil.example", ("X-Api-Key", "correct-horse-battery"));

        Assert.Equal(
            [
                (HttpStatusCode.NoContent, "https://mine.example"),
                (HttpStatusCode.Unauthorized, "https://mine.example"),
                (HttpStatusCode.OK, "http://localhost:3000"),
                (HttpStatusCode.Unauthorized, ""),
            ],
            new[] { preflight, refused, made, foreign }.Select(answer => (answer.StatusCode, AllowedOrigin(answer))));
        Assert.Equal("x-api-key", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")));
    }

    [Theory]
    [InlineData("/ws")]
    [InlineData("/ws/")]
    [InlineData("/WS")]
    [InlineData("/ws/anything")]
    [InlineData("/api/runs")]
    public async Task A_page_of_another_site_opens_no_socket_on_any_path(string path)
    {
        await using var services = await Services.StartAsync();
        foreach (var address in (string[])[services.Gateway.Address, services.AddressOf(ResourceNames.ExperimentStore)])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await UpgradeAsync(address, path, "https://evil.example"));
            Assert.Equal(HttpStatusCode.Unauthorized, await UpgradeAsync(address, path, "null"));
        }
    }

    [Fact]
    public async Task The_own_page_opens_a_socket_through_the_gateway()
    {
        await using var services = await Services.StartAsync();

        Assert.Equal(HttpStatusCode.SwitchingProtocols, await UpgradeAsync(services.Gateway.Address, "/ws", services.Gateway.Address));
    }

    [Fact]
    public async Task A_service_behind_the_gateway_changes_nothing_for_a_foreign_page_either()
    {
        await using var services = await Services.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{services.AddressOf(ResourceNames.ExperimentStore)}/api/runs")
        {
            Headers = { { "Origin", "https://evil.example" } },
        };

        using var refused = await http.SendAsync(request);

        await TestApp.ReadProblemAsync(refused, 401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task What_a_service_says_of_an_uploaded_file_is_not_loosened()
    {
        await using var services = await Services.StartAsync();

        using var response = await services.Gateway.Http.GetAsync(new Uri("/api/sandboxed", UriKind.Relative));

        Assert.Equal("sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
    }

    private static async Task<HttpStatusCode> UpgradeAsync(string address, string path, string origin)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = path }.Uri, patience.Token);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }
        return socket.HttpStatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(Services services, string method, string? origin)
    {
        using var request = new HttpRequestMessage(new(method), "/api/runs/r-1");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        return await services.Gateway.Http.SendAsync(request);
    }

    private static Task<HttpResponseMessage> AskAsync(
        TestApp app, HttpMethod method, string origin, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, "/api/runs");
        request.Headers.Add("Origin", origin);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }
        return app.Http.SendAsync(request);
    }

    private static string AllowedOrigin(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? origins.Single() : "";
}
