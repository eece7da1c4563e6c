using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Trainyard.StartChecks;

namespace Trainyard.ServiceDefaults;

public static class ConfigurationExtensions
{
    /// <summary>Returns a server's connection string. If it is missing or can't be read, the exception names the setting.</summary>
    public static string RequireConnectionString(this IConfiguration configuration, string server)
    {
        var value = configuration.GetConnectionString(server) ?? "";
        return ConnectionString.Error(server, value) is { } error
            ? throw new OptionsValidationException(server, typeof(string), [error])
            : value;
    }
}
