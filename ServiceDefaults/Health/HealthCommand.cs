using System.CommandLine;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Trainyard.ServiceDefaults.Health;

/// <summary>
/// <c>healthcheck</c>: requests <c>/readyz</c> of the service that runs with the same environment. A container probe for images without
/// a shell.
/// </summary>
public static class HealthCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <param name="otherwise">The service's address if the environment doesn't set one.</param>
    public static Command Create(string otherwise = "http://localhost:5000")
    {
        var command = new Command("healthcheck", "check that the service with the same ASPNETCORE_URLS is ready; sets the exit code")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.InvocationConfiguration.Error, otherwise));
        return command;
    }

    /// <returns>0 if the service is ready, otherwise 1.</returns>
    internal static async Task<int> RunAsync(TextWriter errors, string otherwise)
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
            await errors.WriteLineAsync($"{address} returned {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"{address} does not answer: {exception.Message}");
        }
        return 1;
    }

    /// <summary>The address of a host with these settings, for a client on the same machine.</summary>
    internal static Uri AddressOf(IConfiguration settings, string otherwise)
    {
        var url = First(settings["URLS"]) ?? (First(settings["HTTP_PORTS"]) is { } port ? $"http://localhost:{port}" : otherwise);
        var address = BindingAddress.Parse(url);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }

    private static string? First(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..] ? first : null;
}
