using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class ForeignPages
{
    private static readonly string[] Exposed = ["X-Request-ID", "Retry-After", "Location", "ETag", "Content-Disposition"];
    private static readonly string[] Harmless = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    /// <summary>
    /// A browser lets every page open a WebSocket to every address, this machine's included, and send it forms. What another site's page
    /// opens or asks to be changed is refused, unless <c>SECURITY__CORS_ORIGINS</c> names the site; a program that is no browser sends no Origin.
    /// </summary>
    public static void RefuseForeignPages(this WebApplication app)
    {
        var named = app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.Origins;
        if (named.Count > 0)
        {
            app.UseCors(policy => policy.WithOrigins([.. named]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed));
        }
        app.Use((http, next) =>
            IsHarmless(http.Request) || http.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
                || IsOwn(origin, http.Request.Host) || named.Contains(origin, StringComparer.OrdinalIgnoreCase)
                ? next(http)
                : throw new TrainyardException(ErrorCode.Unauthorized,
                    $"A page of {origin} may not listen or change anything here. SECURITY__CORS_ORIGINS names the pages that may."));
    }

    /// <summary>A page of another site can't read what a GET answers, but it can read a WebSocket, whatever its path.</summary>
    private static bool IsHarmless(HttpRequest request) =>
        Harmless.Contains(request.Method, StringComparer.OrdinalIgnoreCase) && request.Headers.Upgrade.Count == 0;

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}
