using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Trainyard.Harness.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Security;

/// <summary>A foreign page can point its name at this machine; only the name tells such a request from a person's own.</summary>
public class HostNamesTests
{
    [Theory]
    [InlineData("localhost:5080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("192.168.1.5:8080", true)]
    [InlineData("experiment-store:8080", true)]
    [InlineData("trainyard.localhost", true)]
    [InlineData("trainyard.lan", true)]
    [InlineData("TRAINYARD.LAN:80", true)]
    [InlineData("one.office.example", true)]
    [InlineData("store.internal.happy-1.westeurope.azurecontainerapps.io", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("office.example.evil.example", false)]
    [InlineData("store.internal.other-1.westeurope.azurecontainerapps.io", false)]
    [InlineData("localhost.", false)]
    public async Task Without_a_key_only_names_that_no_foreign_page_can_have_are_answered(string host, bool answered)
    {
        await using var app = await StartAsync(new()
        {
            ["SECURITY:HOSTS"] = "trainyard.lan; *.office.example",
            ["CONTAINER_APP_ENV_DNS_SUFFIX"] = "happy-1.westeurope.azurecontainerapps.io",
        });

        using var response = await GetAsync(app, host);

        Assert.Equal(answered ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        if (!answered)
        {
            await TestApp.ReadProblemAsync(response, 400, "CONFIG_INVALID");
        }
    }

    [Fact]
    public async Task With_a_key_which_no_foreign_page_has_every_name_is_answered()
    {
        await using var app = await StartAsync(new() { ["SECURITY:API_KEY"] = "correct-horse-battery" });
        app.Http.DefaultRequestHeaders.Add("X-Api-Key", "correct-horse-battery");

        using var response = await GetAsync(app, "trainyard.example");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("http://lab.example")]
    [InlineData("lab.example:5080")]
    [InlineData("trainyard.lan; lab.example/page")]
    public async Task A_setting_that_is_no_host_name_stops_the_start(string hosts)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new() { ["SECURITY:HOSTS"] = hosts }));

        Assert.Contains("SECURITY__HOSTS", failure.Message, StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(Dictionary<string, string?> settings) => TestApp.StartAsync(
        builder => builder.AddServiceDefaults(),
        host =>
        {
            host.MapDefaultEndpoints();
            host.MapGet("/api/secret", () => "secret");
        },
        settings);

    private static async Task<HttpResponseMessage> GetAsync(TestApp app, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/secret") { Headers = { Host = host } };
        return await app.Http.SendAsync(request);
    }
}
