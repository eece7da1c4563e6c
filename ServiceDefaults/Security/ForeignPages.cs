using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class ForeignPages
{
    private static readonly string[] Harmless = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    /// <summary>
    /// A browser lets every page open a WebSocket to every address, this machine's included, and send it forms. What another site's page
    /// opens or asks to be changed is refused; a program that is no browser sends no Origin.
    /// </summary>
    public static void RefuseForeignPages(this WebApplication app) => app.Use((http, next) =>
        IsHarmless(http.Request) || http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || IsOwn(origin, http.Request.Host)
            ? next(http)
            : throw new TrainyardException(ErrorCode.Unauthorized, $"A page of {origin} may not listen or change anything here."));

    /// <summary>A page of another site can't read what a GET answers, but it can read a WebSocket, whatever its path.</summary>
    private static bool IsHarmless(HttpRequest request) =>
        Harmless.Contains(request.Method, StringComparer.OrdinalIgnoreCase) && request.Headers.Upgrade.Count == 0;

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
