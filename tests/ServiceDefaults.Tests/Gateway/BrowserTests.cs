using System.Net;
using Trainyard.ServiceDefaults.Tests.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Gateway;

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
        Assert.Equal(path.StartsWith("/docs", StringComparison.Ordinal), policy.Contains("script-src 'self' 'unsafe-inline'", StringComparison.Ordinal));
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

    private static async Task<HttpResponseMessage> SendAsync(Services services, string method, string? origin)
    {
        using var request = new HttpRequestMessage(new(method), "/api/runs/r-1");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        return await services.Gateway.Http.SendAsync(request);
    }
}
