using System.Net;
using System.Text;
using Trainyard.Contracts;
using Trainyard.Harness.Hosting;

namespace Trainyard.Gateway.Tests;

/// <summary>Several replicas of a service behind one gateway.</summary>
public class ReplicaTests
{
    [Fact]
    public async Task No_request_fails_because_one_of_two_replicas_is_gone()
    {
        await using var services = await Services.StartAsync(replicas: 2);
        await services.StopAsync(ResourceNames.EventIngest);

        for (var request = 0; request < 50; request++)
        {
            using var body = new StringContent("""{"event":"ml.run.start"}""", Encoding.UTF8, "application/json");
            using var response = await services.Gateway.Http.PostAsync(new Uri("/api/events/ml", UriKind.Relative), body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("""{"event":"ml.run.start"}""", (string?)(await TestApp.ReadAsync(response))["body"]);
        }
    }

    [Fact]
    public async Task Both_replicas_get_requests()
    {
        await using var services = await Services.StartAsync(replicas: 2);

        var hosts = new HashSet<string?>();
        for (var request = 0; request < 50; request++)
        {
            hosts.Add((string?)(await services.Gateway.GetJsonAsync("/api/runs"))["port"]);
        }

        Assert.Equal(2, hosts.Count);
    }

    [Fact]
    public async Task Readiness_says_how_many_are_left()
    {
        await using var services = await Services.StartAsync(replicas: 2);
        await services.StopAsync(ResourceNames.ExperimentStore);

        var ready = await services.Gateway.GetJsonAsync("/readyz");

        Assert.Equal("degraded", (string?)ready["status"]);
        Assert.Equal(
            "1 of 2 replicas are ready, 0 are not ready, 1 do not respond.",
            (string?)ready["dependencies"]?[ResourceNames.ExperimentStore]?["description"]);
        Assert.Equal("healthy", (string?)ready["dependencies"]?[ResourceNames.EventIngest]?["status"]);
    }

    [Fact]
    public async Task When_all_are_gone_the_caller_is_told_to_come_back()
    {
        await using var services = await Services.StartAsync(replicas: 2);
        await services.StopAsync(ResourceNames.TokenizerService);
        await services.StopAsync(ResourceNames.TokenizerService);

        using var response = await services.Gateway.Http.GetAsync(new Uri("/tokenizers", UriKind.Relative));

        await TestApp.ReadProblemAsync(response, 503, "UNAVAILABLE");
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
