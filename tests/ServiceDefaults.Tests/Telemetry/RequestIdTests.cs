using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts;
using Trainyard.Harness.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Telemetry;

public class RequestIdTests
{
    [Theory]
    [InlineData("mine-1.A_b")]
    [InlineData("0af7651916cd43dd8448eb211c80319c")]
    public async Task A_callers_id_comes_back(string id)
    {
        Assert.Equal(id, await AskAsync(id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("has space")]
    [InlineData("{\"injected\":true}")]
    [InlineData("../..")]
    [InlineData(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_missing_or_unusable_id_is_replaced(string? id)
    {
        var answered = await AskAsync(id);

        Assert.NotEqual(id, answered);
        Assert.True(Identifier.IsValid(answered));
    }

    private static async Task<string> AskAsync(string? id)
    {
        await using var app = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), host =>
        {
            host.MapDefaultEndpoints();
            host.MapGet("/seen", (HttpContext http) => http.TraceIdentifier);
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen");
        if (id is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Request-ID", id);
        }
        using var response = await app.Http.SendAsync(request);
        var answered = Assert.Single(response.Headers.GetValues("X-Request-ID"));
        Assert.Equal(answered, await response.Content.ReadAsStringAsync());
        return answered;
    }
}
