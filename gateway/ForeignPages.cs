using Trainyard.Contracts.Errors;

namespace Trainyard.Gateway;

public static class ForeignPages
{
    /// <summary>
    /// A browser lets every page open a WebSocket to every address, this machine's included. One opened by another site's page is
    /// refused; a program that is no browser sends no Origin.
    /// </summary>
    public static void RefuseForeignPages(this WebApplication app) => app.Use((http, next) =>
        http.Request.Path != "/ws" || http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsOwn(origin, http.Request.Host)
            ? next(http)
            : throw new TrainyardException(ErrorCode.Unauthorized, $"A page of {origin} may not listen here."));

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
