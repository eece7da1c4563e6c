using Microsoft.Extensions.Configuration;
using Trainyard.ServiceDefaults.Health;

namespace Trainyard.ServiceDefaults.Tests.Health;

/// <summary>A container's probe asks where the service itself was told to listen.</summary>
public sealed class HealthCommandTests
{
    private const string Otherwise = "http://localhost:5080";

    [Theory]
    [InlineData("http://+:8080", null, "http://localhost:8080/")]
    [InlineData("http://*:8080;http://+:9090", "7070", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:5081", null, "http://localhost:5081/")]
    [InlineData("http://[::]:5081", null, "http://localhost:5081/")]
    [InlineData("http://127.0.0.1:5081/", null, "http://127.0.0.1:5081/")]
    [InlineData(null, "8080;8081", "http://localhost:8080/")]
    [InlineData("", "8080", "http://localhost:8080/")]
    [InlineData(null, null, "http://localhost:5080/")]
    public void It_finds_the_service_where_the_environment_puts_it(string? urls, string? ports, string expected)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["URLS"] = urls, ["HTTP_PORTS"] = ports }).Build();

        Assert.Equal(expected, HealthCommand.AddressOf(settings, Otherwise).ToString());
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_not_ready_and_the_reason_is_said()
    {
        using var errors = new StringWriter();

        // Nothing listens on the discard port.
        Assert.Equal(1, await HealthCommand.RunAsync(errors, "http://127.0.0.1:9"));

        Assert.Contains("http://127.0.0.1:9/readyz does not answer", errors.ToString(), StringComparison.Ordinal);
    }
}
