using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// Host names allowed on a server without a key, as protection against DNS rebinding: a page can point its own domain at any address and
/// then read the responses. IP addresses and names without a dot are safe, because nobody can register them.
/// </summary>
internal sealed class HostNames(IEnumerable<string> more)
{
    private readonly string[] more = [.. more];

    public bool Allows(string host) =>
        host.Length == 0
        || !host.Contains('.', StringComparison.Ordinal)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _)
        || Array.Exists(more, name => IsMeant(name, host));

    private static bool IsMeant(string name, string host) =>
        name == "*"
        || string.Equals(name, host, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase));
}

internal static class HostNamesExtensions
{
    /// <summary>On a server without a key, rejects requests for host names that allow DNS rebinding.</summary>
    public static void UseHostNames(this WebApplication app)
    {
        if (app.Services.GetRequiredService<KeyRing>().IsNeeded)
        {
            return;
        }
        var names = new HostNames([
            .. app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.HostNames,
            // Names of services within an Azure Container Apps environment.
            .. app.Configuration["CONTAINER_APP_ENV_DNS_SUFFIX"] is { Length: > 0 } suffix ? [$"*.{suffix}"] : Array.Empty<string>()]);
        var last = "";
        app.Use((http, next) =>
        {
            var host = http.Request.Host;
            if (host.Value == last)
            {
                return next(http);
            }
            if (!names.Allows(host.Host.Trim('[', ']')))
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid,
                    $"Without an API key, Trainyard rejects requests for the host name '{host.Host}'. "
                    + "Set SECURITY__API_KEY, or add the name to SECURITY__HOSTS.");
            }
            last = host.Value ?? "";
            return next(http);
        });
    }
}
