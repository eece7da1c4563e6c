using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Trainyard.ServiceDefaults.Tests.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Gateway;

/// <summary>The dashboard beside the API, at the same addresses.</summary>
public partial class DashboardTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/runs/r-1")]
    [InlineData("/settings")]
    [InlineData("/no/such/page")]
    public async Task What_a_browser_opens_is_a_page_and_needs_no_key(string path)
    {
        await using var services = await Services.StartAsync(new() { ["SECURITY:API_KEY"] = "correct-horse-battery" });

        using var response = await GetAsync(services, path, "text/html,application/xhtml+xml,*/*;q=0.8");

        Assert.Equal((HttpStatusCode.OK, "text/html", "no-cache"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.CacheControl?.ToString()));
        Assert.Contains("<title>Trainyard</title>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/runs/r-1")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/nothing")]
    public async Task The_API_answers_a_browser_as_it_does_everybody_and_asks_for_its_key(string path)
    {
        await using var services = await Services.StartAsync(new() { ["SECURITY:API_KEY"] = "correct-horse-battery" });

        using var response = await GetAsync(services, path, "text/html");

        await TestApp.ReadProblemAsync(response, 401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_program_gets_the_run_at_the_address_of_its_page()
    {
        await using var services = await Services.StartAsync();

        using var response = await GetAsync(services, "/runs/r-1", "*/*");

        Assert.Equal("/api/runs/r-1", (string?)(await TestApp.ReadAsync(response))["path"]);
    }

    [Fact]
    public async Task Files_named_after_their_content_are_kept_by_browsers()
    {
        await using var services = await Services.StartAsync();
        using var page = await GetAsync(services, "/", "text/html");
        var script = Script().Match(await page.Content.ReadAsStringAsync());
        Assert.SkipUnless(script.Success, "It was built without Node, and so without the dashboard.");

        using var response = await GetAsync(services, script.Value, "*/*");

        Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl?.MaxAge);
    }

    private static Task<HttpResponseMessage> GetAsync(Services services, string path, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Clear();
        foreach (var one in accept.Split(','))
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(one));
        }
        return services.Gateway.Http.SendAsync(request);
    }

    [GeneratedRegex("/assets/[^\"]+\\.js", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Script();
}
