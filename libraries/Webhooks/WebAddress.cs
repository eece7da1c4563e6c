using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Trainyard.Webhooks;

/// <summary>Checks the address of a webhook.</summary>
public static class WebAddress
{
    private const int MaxCharacters = 2000;

    /// <summary>What an address must be, for error messages.</summary>
    public const string Rule =
        "must be an http or https address of at most 2000 characters, without user, password or fragment, and not link-local";

    /// <summary>Whether a webhook may have this address.</summary>
    public static bool IsValid([NotNullWhen(true)] string? address) =>
        address is { Length: <= MaxCharacters } && Uri.TryCreate(address, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && !(IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var literal) && OutboundNetworks.IsNever(literal));
}
