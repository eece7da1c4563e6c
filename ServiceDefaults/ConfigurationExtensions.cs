using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults;

public static class ConfigurationExtensions
{
    /// <summary>The connection string of a server, or a failure that names the setting to give.</summary>
    public static string RequireConnectionString(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { Length: > 0 } connectionString
            ? connectionString
            : throw new OptionsValidationException(
                name, typeof(string), [$"ConnectionStrings__{name} is not set: this service needs its {name} server."]);
}
