using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Trainyard.Harness.Hosting;

namespace Trainyard.Gateway.Tests;

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

        Assert.Equal(
            (HttpStatusCode.OK, "text/html", "no-cache"),
            (response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.CacheControl?.ToString()));
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

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Files_come_as_they_were_compressed_when_they_were_built(string encoding)
    {
        await using var services = await Services.StartAsync();
        using var page = await GetAsync(services, "/", "text/html");
        var script = Script().Match(await page.Content.ReadAsStringAsync());
        Assert.SkipUnless(script.Success, "It was built without Node, and so without the dashboard.");
        using var plain = await GetAsync(services, script.Value, "*/*");
        var expected = await plain.Content.ReadAsByteArrayAsync();

        using var response = await GetAsync(services, script.Value, "*/*", encoding);

        Assert.Equal((encoding, "text/javascript"),
            (response.Content.Headers.ContentEncoding.SingleOrDefault(), response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl?.MaxAge);
        var file = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(file.Length, response.Content.Headers.ContentLength);
        Assert.True(file.Length < expected.Length / 2, $"{file.Length} of {expected.Length}");
        using Stream decoder = encoding == "br" ? new BrotliStream(new MemoryStream(file), CompressionMode.Decompress)
            : new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        await decoder.CopyToAsync(decoded);
        Assert.Equal(expected, decoded.ToArray());
    }

    private static Task<HttpResponseMessage> GetAsync(Services services, string path, string accept, string? encoding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encoding is not null)
        {
            request.Headers.AcceptEncoding.Add(new(encoding));
        }
        request.Headers.Accept.Clear();
        foreach (var mediaType in accept.Split(','))
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(mediaType));
        }
        return services.Gateway.Http.SendAsync(request);
    }

    [GeneratedRegex("/assets/[^\"]+\\.js", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Script();
}
