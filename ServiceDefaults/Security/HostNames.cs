using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// The names a process without a key answers to. A page can point a name of its own at any address and then reads what is there as its own
/// (DNS rebinding); it can do that neither with an address nor with a name without a dot, which nobody can register.
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
    /// <summary>Without a key, a request for a name that a foreign page could use ends here.</summary>
    public static void UseHostNames(this WebApplication app)
    {
        if (app.Services.GetRequiredService<KeyRing>().IsNeeded)
        {
            return;
        }
        var names = new HostNames([
            .. app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.HostNames,
            // What services of one Azure Container Apps environment call each other.
            .. app.Configuration["CONTAINER_APP_ENV_DNS_SUFFIX"] is { Length: > 0 } suffix ? [$"*.{suffix}"] : Array.Empty<string>()]);
        var last = "";
        app.Use((http, next) =>
        {
            var asked = http.Request.Host;
            if (asked.Value == last)
            {
                return next(http);
            }
            if (!names.Allows(asked.Host.Trim('[', ']')))
            {
                throw new TrainyardException(ErrorCode.ConfigInvalid,
                    $"Without an API key Trainyard doesn't answer to the name '{asked.Host}'. "
                    + "Set SECURITY__API_KEY, or add the name to SECURITY__HOSTS.");
            }
            last = asked.Value ?? "";
            return next(http);
        });
    }
}
