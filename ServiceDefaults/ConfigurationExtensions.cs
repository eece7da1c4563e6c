using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults;

public static class ConfigurationExtensions
{
    /// <summary>Returns a server's connection string; if it is missing, the exception names the setting.</summary>
    public static string RequireConnectionString(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { Length: > 0 } connectionString
            ? connectionString
            : throw new OptionsValidationException(
                name, typeof(string), [$"ConnectionStrings__{name} is not set: this service needs its {name} server."]);
}
