using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Trainyard.ServiceDefaults.Health;

/// <summary>
/// <c>healthcheck</c>: asks the service that runs with the same environment whether it is ready. A container's probe, for an image without a
/// shell.
/// </summary>
public static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <summary>Whether these arguments are this command.</summary>
    public static bool IsAskedFor(string[] args) => args is ["healthcheck", ..];

    /// <summary>Asks.</summary>
    /// <param name="errors">Gets the reason when it is not ready.</param>
    /// <param name="otherwise">Where it listens when its environment does not say.</param>
    /// <returns>0 when it is ready, otherwise 1.</returns>
    public static async Task<int> RunAsync(TextWriter errors, string otherwise = "http://localhost:5000")
    {
        var address = new Uri(AddressOf(new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").Build(), otherwise), "/readyz");
        using var client = new HttpClient { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(address);
            if (answer.IsSuccessStatusCode)
            {
                return 0;
            }
            await errors.WriteLineAsync($"{address} says {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"{address} does not answer: {exception.Message}");
        }
        return 1;
    }

    /// <summary>Where a host with these settings listens, as seen from beside it.</summary>
    internal static Uri AddressOf(IConfiguration settings, string otherwise)
    {
        var url = First(settings["URLS"]) ?? (First(settings["HTTP_PORTS"]) is { } port ? $"http://localhost:{port}" : otherwise);
        var address = BindingAddress.Parse(url);
        return new UriBuilder(address.Scheme, address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : address.Host, address.Port).Uri;
    }

    private static string? First(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..] ? first : null;
}
